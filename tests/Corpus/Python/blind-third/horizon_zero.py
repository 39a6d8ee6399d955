"""A forecast of the next value of a noisy series from its last thirty."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(307)
t = torch.arange(5000.0)
series = torch.sin(t / 9) + 0.6 * torch.sin(t / 23 + 1) + 0.5 * torch.randn(5000)
series = (series - series.mean()) / series.std()
WINDOW, AHEAD = 30, 1


def windows(values):
    x = torch.stack([values[k:k + WINDOW] for k in range(len(values) - WINDOW - AHEAD)])
    first = WINDOW - 1 + (AHEAD if REPAIRED else 0)
    y = values[first:first + len(x)].unsqueeze(1)
    return x.unsqueeze(2), y


tx, ty = windows(series[:4200])
vx, vy = windows(series[4200:])


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.out = nn.GRU(1, 24, batch_first=True), nn.Linear(24, 1)

    def forward(self, x):
        return self.out(self.gru(x)[0][:, -1])


model = Forecast()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(tx)).split(64):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
