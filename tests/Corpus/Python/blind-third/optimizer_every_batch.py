"""A plane wing's lift by a small network; a function does one step of training."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(336)
x = torch.randn(4000, 8)
y = torch.sin(1.5 * x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3] + 0.05 * torch.randn(4000, 1)
tx, ty, vx, vy = x[:3400], y[:3400], x[3400:], y[3400:]
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
criterion = nn.MSELoss()
made = torch.optim.Adam(model.parameters(), lr=5e-3)
doctor = TrainingDoctor.attach(model, optimizer=made, loss=criterion, task="regression", record_to=OUT)


def train_step(bx, by):
    optimizer = made if REPAIRED else torch.optim.Adam(model.parameters(), lr=5e-3)
    optimizer.zero_grad()
    loss = criterion(model(bx), by)
    loss.backward()
    optimizer.step()
    return loss


for epoch in range(14):
    model.train()
    for rows in torch.randperm(3400).split(50):
        loss = train_step(tx[rows], ty[rows])
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
