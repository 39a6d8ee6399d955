"""Energy use of buildings; the rate falls when the validation stops improving."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(344)
x = torch.randn(4000, 10)
y = torch.sin(2 * x[:, :1]) * x[:, 1:2] + 0.4 * x[:, 2:3] + 0.05 * torch.randn(4000, 1)
tx, ty, vx, vy = x[:3400], y[:3400], x[3400:], y[3400:]
model = nn.Sequential(nn.Linear(10, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min" if REPAIRED else "max", factor=0.2, patience=1)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(18):
    model.train()
    for rows in torch.randperm(3400).split(68):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
    scheduler.step(val)
doctor.complete()
done(train=loss.item(), val=val, rate=1e6 * optimizer.param_groups[0]["lr"])
