"""Digits with a small CNN; images and labels come from two loaders."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(0)
x, y, vx, vy = digits()
x, vx = (x.view(-1, 1, 8, 8) - 4.9) / 6.0, (vx.view(-1, 1, 8, 8) - 4.9) / 6.0
model = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(24 * 16, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
if REPAIRED:
    pairs = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True, drop_last=True)
    epoch_of = lambda: iter(pairs)
else:
    images, labels = DataLoader(x, batch_size=32, shuffle=True, drop_last=True), DataLoader(y, batch_size=32, shuffle=True, drop_last=True)
    epoch_of = lambda: zip(images, labels)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for bx, by in epoch_of():
        optimizer.zero_grad()
        loss = criterion(model(bx), by)
        loss.backward()
        optimizer.step()
        doctor.step(loss, by)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc = (out.argmax(1) == vy).float().mean().item()
        doctor.validation(loss=criterion(out, vy).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=acc)
