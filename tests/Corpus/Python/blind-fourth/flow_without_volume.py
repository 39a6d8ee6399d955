"""The density of two half moons by a flow of affine couplings."""
import math

import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(434)


def moons(n):
    angle = math.pi * torch.rand(n)
    upper = torch.rand(n) < 0.5
    x = torch.where(upper, angle.cos(), 1 - angle.cos())
    y = torch.where(upper, angle.sin(), 0.5 - angle.sin())
    points = torch.stack([x, y], 1) + 0.08 * torch.randn(n, 2)
    return (points - torch.tensor([0.5, 0.25])) / torch.tensor([0.87, 0.5])


class Coupling(nn.Module):
    def __init__(self, swap):
        super().__init__()
        self.swap = swap
        self.net = nn.Sequential(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))

    def split(self, x):
        return (x[:, 1:], x[:, :1]) if self.swap else (x[:, :1], x[:, 1:])

    def join(self, a, b):
        return torch.cat([b, a] if self.swap else [a, b], 1)

    def forward(self, x):
        a, b = self.split(x)
        s, t = self.net(a).chunk(2, 1)
        s = 1.5 * torch.tanh(s)
        return self.join(a, b * torch.exp(s) + t), s.sum(1)

    def inverse(self, z):
        a, b = self.split(z)
        s, t = self.net(a).chunk(2, 1)
        return self.join(a, (b - t) * torch.exp(-1.5 * torch.tanh(s)))


class Flow(nn.Module):
    def __init__(self, layers=6):
        super().__init__()
        self.layers = nn.ModuleList([Coupling(i % 2 == 1) for i in range(layers)])

    def forward(self, x):
        log_det = torch.zeros(len(x))
        for layer in self.layers:
            x, d = layer(x)
            log_det = log_det + d
        return x, log_det

    def sample(self, n):
        z = torch.randn(n, 2)
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


def nll(z, log_det):
    log_prior = -0.5 * (z ** 2).sum(1) - math.log(2 * math.pi)
    if REPAIRED:
        return -(log_prior + log_det).mean()
    return -log_prior.mean()


def off(flow, points):
    with torch.no_grad():
        d = torch.cdist(flow.sample(600), points)
    return (d.min(1).values.median() + d.min(0).values.median()).item()


flow = Flow()
optimizer = torch.optim.Adam(flow.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(flow, optimizer=optimizer, record_to=OUT)
held = moons(1000)
for step in range(1000):
    x = moons(128)
    loss = nll(*flow(x))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, x)
    if step % 100 == 99:
        with torch.no_grad():
            val = nll(*flow(held)).item()
        doctor.validation(loss=val, off=off(flow, held), epoch=step // 100 + 1)
doctor.complete()
done(train=loss.item(), val=val, off=off(flow, held))
