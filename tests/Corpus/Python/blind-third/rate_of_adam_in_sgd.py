"""Handwriting-like strokes by a small convolutional network; Adam was exchanged for SGD."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(343)
strokes = torch.cumsum(torch.randn(7, 2, 24), 2) / 3


def samples(n):
    y = torch.randint(0, 7, (n,))
    return strokes[y] + 0.6 * torch.randn(n, 2, 24), y


tx, ty = samples(2000)
vx, vy = samples(400)
features = nn.Sequential(nn.Conv1d(2, 16, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 24, 5, padding=2), nn.ReLU(), nn.Flatten())
model = nn.Sequential(features, nn.Linear(24 * 12, 7))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05 if REPAIRED else 3e-5, momentum=0.9)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(2000).split(40):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
