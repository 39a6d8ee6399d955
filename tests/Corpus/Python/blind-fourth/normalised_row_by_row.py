"""States of a boiler from twenty-four temperatures: how warm it is, and how it moves."""
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(407)
t = torch.linspace(0, 2 * math.pi, 24)


def boilers(n):
    level, rising = torch.randint(0, 4, (n,)), torch.randint(0, 2, (n,))
    curve = torch.where(rising[:, None] > 0, torch.sin(t)[None], torch.cos(2 * t)[None])
    x = 40 + 15 * level[:, None] + 4 * torch.randn(n, 1) + 6 * curve + 2 * torch.randn(n, 24)
    return x, level * 2 + rising


x, y = boilers(4000)
vx, vy = boilers(800)
if REPAIRED:
    mean, std = x.mean(), x.std()
    x, vx = (x - mean) / std, (vx - mean) / std
else:
    x = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)
    vx = (vx - vx.mean(1, keepdim=True)) / vx.std(1, keepdim=True)

model = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(9):
    model.train()
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
