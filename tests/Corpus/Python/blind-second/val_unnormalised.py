"""Breast cancer with a small MLP; a scaler is fitted to the training part."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done, table

torch.manual_seed(31)
rows = torch.from_numpy(table("breast_cancer.csv"))
x, y = rows[:, :-1], rows[:, -1:]
x, vx, y, vy = x[:440], x[440:], y[:440], y[440:]
mean, std = x.mean(0), x.std(0)
x = (x - mean) / std
if REPAIRED:
    vx = (vx - mean) / std
model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-3)
criterion = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(15):
    model.train()
    for i in torch.randperm(440).split(22):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc, val = ((out > 0).float() == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
