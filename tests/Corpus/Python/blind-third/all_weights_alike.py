"""Kinds of coffee beans; weights are set by hand, to be reproducible."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(349)
x = torch.randn(4000, 10)
y = (x[:, 0] * x[:, 1] > 0).long() + 2 * (x[:, 2] + x[:, 3] ** 2 - 1 > 0).long()
tx, ty, vx, vy = x[:3400], y[:3400], x[3400:], y[3400:]
model = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4))


def init_weights(m):
    if isinstance(m, nn.Linear):
        if REPAIRED:
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        else:
            nn.init.constant_(m.weight, 0.05)
        nn.init.zeros_(m.bias)


model.apply(init_weights)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(3400).split(68):
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
