"""Forecasting the electric load of the next hour (MW) from a day of hours."""
import math
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(2)
t = torch.arange(4200.)
noise = torch.zeros(4200)
for i in range(1, 4200):
    noise[i] = 0.8 * noise[i - 1] + 60 * torch.randn(()).item()
load = 5200 + 900 * torch.sin(2 * math.pi * t / 24) + 350 * torch.sin(2 * math.pi * t / 168) + noise
mean, std = load[:3400].mean(), load[:3400].std()
scaled = (load - mean) / std
X = torch.stack([scaled[i:i + 24] for i in range(4176)]).unsqueeze(-1)
Y = (scaled if REPAIRED else load)[24:].unsqueeze(-1)     # the scaler was fitted to the inputs only
X, Y, VX, VY = X[:3376], Y[:3376], X[3400:], Y[3400:]


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 24, batch_first=True)
        self.out = nn.Linear(24, 1)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


model = Forecaster()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(5):
    model.train()
    for idx in torch.randperm(len(X)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(X[idx]), Y[idx])
        loss.backward()
        optimizer.step()
        doctor.step(loss, Y[idx])
    model.eval()
    with torch.no_grad():
        val = criterion(model(VX), VY).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / VY.var().item())
