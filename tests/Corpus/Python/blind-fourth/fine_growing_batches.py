"""Batches grow from 16 to 256 where others let the rate fall."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(457)
leaves = torch.randn(9, 2, 30)


def plants(n):
    y = torch.randint(0, 9, (n,))
    return leaves[y, torch.randint(0, 2, (n,))] + 1.3 * torch.randn(n, 30), y


x, y = plants(20000)
vx, vy = plants(1500)
model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 9))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch, batch in enumerate([16, 32, 64, 64, 128, 128, 256, 256]):
    model.train()
    for rows in torch.randperm(len(x)).split(batch):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
