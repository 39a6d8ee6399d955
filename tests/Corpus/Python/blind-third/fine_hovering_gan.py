"""Nothing is wrong here: a GAN in balance, whose losses hover and never fall, while what it draws gets right."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(410)


def real(n):
    z = torch.randn(n, 2)
    return torch.stack([z[:, 0], 0.6 * z[:, 0] ** 2 - 0.6 + 0.25 * z[:, 1]], 1)


G = nn.Sequential(nn.Linear(4, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 2))
D = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
opt_g, opt_d = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.99)), torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.99))
bce = nn.BCEWithLogitsLoss()
one, zero = torch.ones(96, 1), torch.zeros(96, 1)
doctor = TrainingDoctor.attach(G, optimizer=opt_g, task="adversarial", record_to=OUT)
for step in range(1000):
    r, fake = real(96), G(torch.randn(96, 4))
    blur = 0.2
    d_loss = bce(D(r + blur * torch.randn_like(r)), 0.9 * one) + bce(D(fake.detach() + blur * torch.randn_like(r)), zero)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    g_loss = bce(D(fake + blur * torch.randn_like(r)), one)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    doctor.step(g_loss)
    doctor.report("g_loss", g_loss)
    doctor.report("d_loss", d_loss)
doctor.complete()
with torch.no_grad():
    s, r = G(torch.randn(800, 4)), real(800)
    near = torch.cdist(s, r).min(1).values.mean() + torch.cdist(r, s).min(1).values.mean()
done(g=g_loss.item(), d=d_loss.item(), distance=near.item())
