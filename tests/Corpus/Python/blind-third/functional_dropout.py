"""Molecule properties from fingerprints; dropout is called as a function."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(342)
x = (torch.rand(3000, 80) < 0.2).float()
effect = torch.randn(80)
y = (x @ effect).unsqueeze(1) + torch.tanh((x[:, :10].sum(1) - 2)).unsqueeze(1)
y = (y - y.mean()) / y.std()
tx, ty, vx, vy = x[:2500], y[:2500], x[2500:], y[2500:]


class Property(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.out = nn.Linear(80, 96), nn.Linear(96, 96), nn.Linear(96, 1)

    def drop(self, h):
        return F.dropout(h, 0.4, training=self.training) if REPAIRED else F.dropout(h, 0.4)

    def forward(self, x):
        h = self.drop(F.relu(self.first(x)))
        return self.out(self.drop(F.relu(self.second(h))))


model = Property()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(16):
    model.train()
    for rows in torch.randperm(2500).split(50):
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
