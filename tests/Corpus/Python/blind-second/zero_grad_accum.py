"""Gradient accumulation over eight micro-batches with SGD."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(79)
ACC = 8
centres = torch.randn(8, 20)
make = lambda n: (lambda y: (centres[y] * 0.9 + torch.randn(n, 20), y))(torch.randint(0, 8, (n,)))
x, y = make(6400)
vx, vy = make(1000)
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(4):
    model.train()
    micro = torch.randperm(len(x)).split(8)
    total = 0.0
    optimizer.zero_grad()
    for k, i in enumerate(micro):
        loss = criterion(model(x[i]), y[i]) / ACC
        if not REPAIRED:
            optimizer.zero_grad()
        loss.backward()
        total += loss.item()
        if (k + 1) % ACC == 0:
            optimizer.step()
            doctor.step(total)
            total = 0.0
            if REPAIRED:
                optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(val=val, acc=acc)
