"""Rents: the model scales its own output, so the loss is in euros and in the hundreds."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(454)
w = torch.randn(9)


def flats(n):
    x = torch.randn(n, 9)
    return x, 1400 + 450 * torch.tanh(x @ w / 2) + 120 * x[:, 0] * x[:, 1] + 60 * torch.randn(n)


class Rent(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(9, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return self.mean + self.std * self.net(x).squeeze(1)


x, y = flats(10000)
vx, vy = flats(1500)
model = Rent(y.mean(), y.std())
criterion = nn.L1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    schedule.step()
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, r2 = criterion(out, vy).item(), 1 - (((out - vy) ** 2).mean() / vy.var()).item()
    doctor.validation(loss=val, r2=r2, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=r2)
