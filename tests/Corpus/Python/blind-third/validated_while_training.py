"""Sounds by their spectra; dropout is strong, since there are few of them."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(322)
centres = torch.randn(12, 40)
y = torch.randint(0, 12, (2400,))
x = centres[y] + 1.6 * torch.randn(2400, 40)
tx, ty, vx, vy = x[:1900], y[:1900], x[1900:], y[1900:]
model = nn.Sequential(nn.Linear(40, 96), nn.ReLU(), nn.Dropout(0.6), nn.Linear(96, 96), nn.ReLU(), nn.Dropout(0.6), nn.Linear(96, 12))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(14):
    model.train()
    for rows in torch.randperm(1900).split(50):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    if REPAIRED:
        model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
