"""Tomorrow's consumption from the last 30 hours, by a GRU."""
import math

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(23)
WINDOW = 30


def series(n):
    t = torch.arange(n).float()
    daily = torch.sin(2 * math.pi * t / 24)
    weekly = 0.5 * torch.sin(2 * math.pi * t / 168 + 1)
    return daily + weekly + 0.1 * torch.randn(n)


def windows(s):
    x = s.unfold(0, WINDOW, 1)[:-1]
    return x.unsqueeze(-1), s[WINDOW:].unsqueeze(-1)


class Forecaster(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        out, _ = self.gru(x)
        return self.head(out[:, -1])


consumption = series(2600)
x, y = windows(consumption)
train_x, train_y, test_x, test_y = x[:2000], y[:2000], x[2060:], y[2060:]
model = Forecaster()
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=loss_fn, record_to=OUT)


def train_one_epoch():
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for pick in torch.randperm(len(train_x)).split(40):
        if REPAIRED:
            optimizer.zero_grad()
        loss = loss_fn(model(train_x[pick]), train_y[pick])
        loss.backward()
        optimizer.step()
        doctor.step(loss, train_y[pick])
        total += loss.item() * len(pick)
    return total / len(train_x)


def test():
    model.eval()
    with torch.no_grad():
        return loss_fn(model(test_x), test_y).item()


for epoch in range(10):
    train_loss = train_one_epoch()
    test_loss = test()
    print("epoch %2d  train %.4f  test %.4f" % (epoch + 1, train_loss, test_loss))
    doctor.validation(loss=test_loss, epoch=epoch + 1)
doctor.complete()
done(doctor, train=train_loss, val=test_loss)
