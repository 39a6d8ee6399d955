"""A GAN on points around a ring."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(149)


def real(n):
    a = 6.28318 * torch.rand(n)
    return torch.stack([a.cos(), a.sin()], 1) * (1.0 + 0.08 * torch.randn(n, 1))


G = nn.Sequential(nn.Linear(8, 48), nn.LeakyReLU(0.2), nn.Linear(48, 48), nn.LeakyReLU(0.2), nn.Linear(48, 2))
D = nn.Sequential(nn.Linear(2, 48), nn.LeakyReLU(0.2), nn.Linear(48, 48), nn.LeakyReLU(0.2), nn.Linear(48, 1))
opt_g = torch.optim.Adam(G.parameters(), lr=2e-3, betas=(0.5, 0.9))
opt_d = torch.optim.Adam(D.parameters(), lr=2e-3, betas=(0.5, 0.9))
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
doctor = TrainingDoctor.attach(G, optimizer=opt_g, task="adversarial", record_to=OUT)
for step in range(1600):
    fake = G(torch.randn(64, 8))
    r = real(64)
    noise = 0.1                                        # a little noise on what the discriminator sees keeps it fair
    d_loss = bce(D(r + noise * torch.randn_like(r)), ones) + bce(D(fake.detach() + noise * torch.randn_like(r)), zeros)
    opt_d.zero_grad(); d_loss.backward(); opt_d.step()
    seen = fake if REPAIRED else fake.detach()
    g_loss = bce(D(seen + noise * torch.randn_like(r)), ones)
    opt_g.zero_grad(); g_loss.backward(); opt_g.step()
    doctor.step(g_loss)
    doctor.report("g_loss", g_loss)
    doctor.report("d_loss", d_loss)
doctor.complete()
with torch.no_grad():
    s = G(torch.randn(2000, 8))
done(g=g_loss.item(), d=d_loss.item(), off_ring=(s.norm(dim=1) - 1).abs().mean().item(), centre=s.mean(0).norm().item())
