"""Calls per quarter of an hour, mostly fewer than one, by a Poisson likelihood."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(414)
slope = torch.tensor([0.9, -0.7, 0.5, 0.4, 0.0, 0.3])


def calls(n):
    x = torch.randn(n, 6)
    rate = torch.exp(x @ slope - 1.0)
    return x, torch.poisson(rate), rate


class Rate(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return torch.exp(self.body(x)).squeeze(-1)          # a rate is positive


x, y, _ = calls(8000)
vx, vy, vrate = calls(1500)
model = Rate()
criterion = nn.PoissonNLLLoss(log_input=False) if REPAIRED else nn.PoissonNLLLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(x)).split(80):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, mae = criterion(out, vy).item(), (out - vy).abs().mean().item()
    doctor.validation(loss=val, mae=mae, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, mae=mae, rate_off=(out - vrate).abs().mean().item())
