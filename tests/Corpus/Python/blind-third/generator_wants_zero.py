"""A GAN of damped waves."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(364)
t = torch.linspace(0, 1, 16)


def real(n):
    return torch.sin(6 * t + 6.28318 * torch.rand(n, 1)) * torch.exp(-t * (0.5 + torch.rand(n, 1)))


G = nn.Sequential(nn.Linear(8, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 16))
D = nn.Sequential(nn.Linear(16, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
opt_g, opt_d = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.99)), torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.99))
bce = nn.BCEWithLogitsLoss()
real_label, fake_label = 1.0, 0.0
doctor = TrainingDoctor.attach(G, optimizer=opt_g, task="adversarial", record_to=OUT)
for step in range(1000):
    label = torch.full((64, 1), real_label)
    fake = G(torch.randn(64, 8))
    noise = 0.15
    d_loss = bce(D(real(64) + noise * torch.randn(64, 16)), label)
    label = torch.full((64, 1), fake_label)
    d_loss = d_loss + bce(D(fake.detach() + noise * torch.randn(64, 16)), label)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    if REPAIRED:
        label = torch.full((64, 1), real_label)
    g_loss = bce(D(fake + noise * torch.randn(64, 16)), label)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    doctor.step(g_loss)
    doctor.report("g_loss", g_loss)
    doctor.report("d_loss", d_loss)
doctor.complete()
with torch.no_grad():
    s, r = G(torch.randn(1000, 8)), real(1000)
done(g=g_loss.item(), d=d_loss.item(), spread=(s.std(0) - r.std(0)).abs().mean().item(), size=s.abs().mean().item(), real=r.abs().mean().item())
