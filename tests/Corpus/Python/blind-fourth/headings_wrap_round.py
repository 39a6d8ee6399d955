"""The direction of the wind, mostly from the north, told from six sensors."""
import math

import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(409)
placed = torch.arange(6) * math.pi / 3


def winds(n):
    heading = (50 * torch.randn(n)) % 360
    rad = heading * math.pi / 180
    return torch.exp(torch.cos(rad[:, None] - placed)) - 1.27 + 0.5 * torch.randn(n, 6), heading


def target(heading):
    if REPAIRED:
        rad = heading * math.pi / 180
        return torch.stack([torch.sin(rad), torch.cos(rad)], 1)
    return (heading / 180 - 1).unsqueeze(1)


def degrees(out):
    if REPAIRED:
        return torch.atan2(out[:, 0], out[:, 1]) * 180 / math.pi % 360
    return (out[:, 0] + 1) * 180


x, heading = winds(6000)
vx, vheading = winds(1000)
y, vy = target(heading), target(vheading)
net = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, y.shape[1]))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(net, optimizer=opt, record_to=OUT)
for epoch in range(10):
    net.train()
    for rows in torch.randperm(len(x)).split(60):
        loss = F.mse_loss(net(x[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
        doctor.step(loss, y[rows])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        off = (degrees(out) - vheading).abs() % 360
        val, error = F.mse_loss(out, vy).item(), torch.minimum(off, 360 - off).mean().item()
    doctor.validation(loss=val, degrees_off=error, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, degrees_off=error)
