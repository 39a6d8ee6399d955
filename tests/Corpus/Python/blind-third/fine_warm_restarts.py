"""Nothing is wrong here: the rate falls and starts again three times, and the loss makes saw teeth with it."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(409)
x = torch.randn(4400, 8)
y = torch.sin(2 * x[:, :1]) + 0.6 * x[:, 1:2] * x[:, 2:3] + 0.1 * torch.randn(4400, 1)
tx, ty, vx, vy = x[:3800], y[:3800], x[3800:], y[3800:]
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.08, momentum=0.9, weight_decay=1e-4)
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=250, eta_min=1e-4)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(15):
    model.train()
    for rows in torch.randperm(3800).split(76):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
        scheduler.step()
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
