"""Faults of machines, seldom ones drawn more often by a weighted sampler."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(402)
counts = [3000, 1500, 900, 600, 450]
centres = torch.randn(5, 24)


def measure(counts):
    y = torch.cat([torch.full((n,), c) for c, n in enumerate(counts)])
    y = y[torch.randperm(len(y))]
    return centres[y] + 1.9 * torch.randn(len(y), 24), y


x, y = measure(counts)
vx, vy = measure([300] * 5)
mean, std = x.mean(0), x.std(0)
x, vx = (x - mean) / std, (vx - mean) / std

class_weights = 1.0 / torch.bincount(y).float()
if REPAIRED:
    sampler = WeightedRandomSampler(class_weights[y], num_samples=len(y))
else:
    sampler = WeightedRandomSampler(class_weights, num_samples=len(y))
loader = DataLoader(TensorDataset(x, y), batch_size=64, sampler=sampler)

model = nn.Sequential(nn.Linear(24, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 5))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
