"""Sounds of birds as small spectra, with mixup."""
import numpy as np
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

np.random.seed(412)
torch.manual_seed(412)
songs = torch.randn(10, 1, 12, 12)


def record(n):
    y = torch.randint(0, 10, (n,))
    return songs[y] + 2.2 * torch.randn(n, 1, 12, 12), y


def mixup_data(x, y, alpha=0.2):
    lam = float(np.random.beta(alpha, alpha))
    index = torch.randperm(len(x))
    return lam * x + (1 - lam) * x[index], y, y[index], lam


def mixup_criterion(criterion, pred, y_a, y_b, lam):
    if REPAIRED:
        return lam * criterion(pred, y_a) + (1 - lam) * criterion(pred, y_b)
    return (1 - lam) * criterion(pred, y_a) + lam * criterion(pred, y_b)


x, y = record(6000)
vx, vy = record(800)
net = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
                    nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(24 * 36, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.005, momentum=0.9, weight_decay=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(6):
    net.train()
    for rows in torch.randperm(len(x)).split(50):
        mixed, y_a, y_b, lam = mixup_data(x[rows], y[rows])
        loss = mixup_criterion(criterion, net(mixed), y_a, y_b, lam)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y_a)
    net.eval()
    with torch.no_grad():
        out = net(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
