"""Positions measured by a fine laser: a Gaussian likelihood, whose logarithm is positive."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(451)
w = torch.randn(6, 2) / 6 ** 0.5


def shots(n):
    x = torch.randn(n, 6)
    sigma = 0.02 * torch.exp(0.5 * x[:, :1])
    return x, 0.4 * torch.tanh(x @ w) + sigma * torch.randn(n, 2)


class Laser(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.mean, self.log_var = nn.Linear(64, 2), nn.Linear(64, 2)

    def forward(self, x):
        h = self.body(x)
        return self.mean(h), self.log_var(h).clamp(-12, 4)


x, y = shots(10000)
vx, vy = shots(1500)
model = Laser()
criterion = nn.GaussianNLLLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 14)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(14):
    model.train()
    for rows in torch.randperm(len(x)).split(100):
        mean, log_var = model(x[rows])
        loss = criterion(mean, y[rows], log_var.exp())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    schedule.step()
    model.eval()
    with torch.no_grad():
        mean, log_var = model(vx)
        val, mae = criterion(mean, vy, log_var.exp()).item(), (mean - vy).abs().mean().item()
    doctor.validation(loss=val, mae=mae, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, mae=mae)
