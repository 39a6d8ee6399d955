"""Diffusion of points on two arcs; the network ought to know how noisy its input is."""
import math

import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(368)
STEPS = 60
beta = torch.linspace(1e-3, 0.16, STEPS)
alpha_bar = torch.cumprod(1 - beta, 0)


def points(n):
    a, side = math.pi * torch.rand(n), torch.randint(0, 2, (n,)).float()
    p = torch.stack([a.cos() * (1 - 2 * side) + side - 0.5, a.sin() * (1 - 2 * side) + 0.25 * (2 * side - 1)], 1)
    return 1.3 * p + 0.03 * torch.randn(n, 2)


class Denoiser(nn.Module):
    def __init__(self, d=64):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(1, d), nn.SiLU(), nn.Linear(d, d))
        self.first = nn.Linear(2, d)
        self.layers = nn.Sequential(nn.SiLU(), nn.Linear(d, d), nn.SiLU(), nn.Linear(d, d), nn.SiLU(), nn.Linear(d, 2))

    def forward(self, x, t):
        share = t / STEPS if REPAIRED else t // STEPS
        return self.layers(self.first(x) + self.time(share.float().unsqueeze(1)))


def noised(x, t, noise):
    return alpha_bar[t].sqrt().unsqueeze(1) * x + (1 - alpha_bar[t]).sqrt().unsqueeze(1) * noise


data, held = points(4000), points(3000)
model = Denoiser()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="diffusion", record_to=OUT)
for epoch in range(14):
    model.train()
    for rows in torch.randperm(4000).split(80):
        t, noise = torch.randint(0, STEPS, (len(rows),)), torch.randn(len(rows), 2)
        loss = F.mse_loss(model(noised(data[rows], t, noise), t), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, noise)
    model.eval()
    with torch.no_grad():
        t, noise = torch.arange(3000) % STEPS, torch.randn(3000, 2)
        val = F.mse_loss(model(noised(held, t, noise), t), noise).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
with torch.no_grad():
    x = torch.randn(500, 2)
    for k in reversed(range(STEPS)):
        t = torch.full((500,), k)
        eps = model(x, t)
        x = (x - beta[k] / (1 - alpha_bar[k]).sqrt() * eps) / (1 - beta[k]).sqrt()
        if k:
            x = x + beta[k].sqrt() * torch.randn_like(x)
done(train=loss.item(), val=val, distance=torch.cdist(x, held).min(1).values.mean().item())
