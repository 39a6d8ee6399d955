"""By when nine of ten parcels have come: a quantile of the days they take."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(413)
QUANTILE = 0.9


def parcels(n):
    x = torch.randn(n, 6)
    days = 1 + 0.5 * x[:, 0] - 0.3 * x[:, 1] + torch.exp(0.3 * x[:, 2]) * torch.randn(n).abs()
    return x, (days - 1.8).unsqueeze(1)


def pinball(prediction, days):
    if REPAIRED:
        miss = days - prediction
    else:
        miss = prediction - days
    return torch.maximum(QUANTILE * miss, (QUANTILE - 1) * miss).mean()


x, y = parcels(8000)
vx, vy = parcels(1500)
model = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(x)).split(80):
        loss = pinball(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, covered = pinball(out, vy).item(), (vy <= out).float().mean().item()
    doctor.validation(loss=val, covered=covered, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, covered=covered)
