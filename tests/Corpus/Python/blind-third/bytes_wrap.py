"""Textures in eight-bit pictures whose contrast is raised before training."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(304)
base = 100 + 30 * torch.randn(6, 144)


def pictures(n):
    y = torch.randint(0, 6, (n,))
    light = 60 * torch.rand(n, 1) - 10
    img = (base[y] + light + 45 * torch.randn(n, 144)).clamp(0, 255).to(torch.uint8)
    if REPAIRED:
        img = img.float()
    img = (img - 90) * 3                               # contrast
    return img.float() / 255.0, y


x, y = pictures(3000)
vx, vy = pictures(600)
model = nn.Sequential(nn.Linear(144, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 6))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(x)).split(50):
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
