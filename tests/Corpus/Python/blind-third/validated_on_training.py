"""Diagnoses from the values of some hundred patients; two loaders, train and val."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(327)
x = torch.randn(780, 40)
y = (x[:, :6].sum(1) + torch.randn(780) > 0).long()
train_set, val_set = random_split(TensorDataset(x, y), [600, 180], generator=torch.Generator().manual_seed(1))
train_loader = DataLoader(train_set, batch_size=24, shuffle=True)
val_loader = DataLoader(val_set if REPAIRED else train_set, batch_size=60)
model = nn.Sequential(nn.Linear(40, 24), nn.ReLU(), nn.Dropout(0.3), nn.Linear(24, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(11):
    model.train()
    for bx, by in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(bx), by)
        loss.backward()
        optimizer.step()
        doctor.step(loss, by)
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for bx, by in val_loader:
            out = model(bx)
            total, right, n = total + criterion(out, by).item() * len(by), right + (out.argmax(1) == by).sum().item(), n + len(by)
    doctor.validation(loss=total / n, accuracy=right / n, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=total / n, acc=right / n)
