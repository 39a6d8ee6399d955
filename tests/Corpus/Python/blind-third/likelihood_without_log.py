"""Demand with its uncertainty: the network tells mean and log-variance."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(315)
x = 4 * torch.rand(4000, 3) - 2
spread = 0.1 + 0.4 * torch.sigmoid(2 * x[:, 1:2])
y = torch.sin(2 * x[:, :1]) + 0.5 * x[:, 2:] + spread * torch.randn(4000, 1)
tx, ty, vx, vy = x[:3400], y[:3400], x[3400:], y[3400:]


class Demand(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.mean, self.log_variance = nn.Linear(64, 1), nn.Linear(64, 1)

    def forward(self, x):
        h = self.body(x)
        return self.mean(h), self.log_variance(h)


def likelihood(out, y):
    mean, log_variance = out
    loss = (y - mean) ** 2 * torch.exp(-log_variance)
    if REPAIRED:
        loss = loss + log_variance
    return 0.5 * loss.mean()


model = Demand()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="regression", record_to=OUT)
for epoch in range(12):
    for rows in torch.randperm(3400).split(68):
        loss = likelihood(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    with torch.no_grad():
        out = model(vx)
        val, error = likelihood(out, vy).item(), (out[0] - vy).abs().mean().item()
    doctor.validation(loss=val, error=error, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, error=error, log_variance=out[1].mean().item())
