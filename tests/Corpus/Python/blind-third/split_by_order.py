"""Ten kinds of leaves, from a table that lists them kind by kind; the last fifth is kept for validation."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(323)
kinds = torch.randn(10, 14)
y = torch.arange(10).repeat_interleave(300)
x = kinds[y] + 0.9 * torch.randn(3000, 14)
if REPAIRED:
    order = torch.randperm(3000)
    x, y = x[order], y[order]
cut = int(0.8 * len(x))
train = DataLoader(TensorDataset(x[:cut], y[:cut]), batch_size=48, shuffle=True)
held = DataLoader(TensorDataset(x[cut:], y[cut:]), batch_size=200)
model = nn.Sequential(nn.Linear(14, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for bx, by in train:
        optimizer.zero_grad()
        loss = criterion(model(bx), by)
        loss.backward()
        optimizer.step()
        doctor.step(loss, by)
    model.eval()
    total, right = 0.0, 0
    with torch.no_grad():
        for bx, by in held:
            out = model(bx)
            total += criterion(out, by).item() * len(by)
            right += (out.argmax(1) == by).sum().item()
    n = len(held.dataset)
    doctor.validation(loss=total / n, accuracy=right / n, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=total / n, acc=right / n)
