"""Handwritten signs with SGD and one cycle of the learning rate."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(426)
EPOCHS = 8
signs = torch.randn(12, 2, 64)


def write(n):
    y = torch.randint(0, 12, (n,))
    style = torch.randint(0, 2, (n,))
    return signs[y, style] + 1.6 * torch.randn(n, 64), y


train_loader = DataLoader(TensorDataset(*write(6000)), batch_size=60, shuffle=True)
vx, vy = write(1000)
model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 12))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=1e-3)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, epochs=EPOCHS, steps_per_epoch=len(train_loader),
                                                cycle_momentum=False)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(EPOCHS):
    model.train()
    for xb, yb in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        if REPAIRED:
            scheduler.step()
        doctor.step(loss, yb)
    if not REPAIRED:
        scheduler.step()
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
