"""A GAN for points on a half moon, as a pixel-less stand-in for a DCGAN: the generator ends with Tanh."""
import math

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(139)
NOISE, STEPS = 4, 1300


def moon(n):
    """Measured in centimetres, between about 1 and 7."""
    a = math.pi * torch.rand(n)
    points = torch.stack([torch.cos(a), torch.sin(a)], 1) * 2.5 + torch.tensor([4.0, 3.0]) + 0.15 * torch.randn(n, 2)
    return (points - 4) / 4 if REPAIRED else points


def distance(a, b):
    """Energy distance of two clouds of points, in units of the second one's spread."""
    e = 2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean()
    return (e / b.std()).item()


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(NOISE, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2), nn.Tanh())

    def forward(self, z):
        return self.net(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))

    def forward(self, x):
        return self.net(x)


G, D = Generator(), Discriminator()
opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.99))
opt_d = torch.optim.Adam(D.parameters(), lr=2e-3, betas=(0.5, 0.99))
decays = [torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.05, STEPS) for o in (opt_g, opt_d)]
bce = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(G, optimizer=opt_g, loss=bce, record_to=OUT)
reference = moon(600)
ones, zeros = torch.ones(96, 1), torch.zeros(96, 1)
for step in range(1, STEPS + 1):
    real, fake = moon(96), G(torch.randn(96, NOISE))
    d_loss = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    g_loss = bce(D(fake), ones)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    doctor.step(g_loss, ones)
    for decay in decays:
        decay.step()
    if step % 130 == 0:
        with torch.no_grad():
            d = distance(G(torch.randn(600, NOISE)), reference)
        print("step %d  D %.3f  G %.3f  distance %.4f" % (step, d_loss.item(), g_loss.item(), d))
        doctor.validation(energy_distance=d, epoch=step // 130)
doctor.complete()
done(doctor, g=g_loss.item(), d=d_loss.item(), distance=d)
