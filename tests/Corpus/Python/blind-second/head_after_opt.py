"""Transfer: features learnt on the ten digits, a new head for five groups of them."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(157)
x, y, vx, vy = digits(14)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 64), nn.ReLU())
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.backbone(x))


model = Net()
old, oy = x, y
pre = torch.optim.Adam(model.parameters(), lr=1e-3)
for _ in range(8):
    for i in torch.randperm(len(old)).split(40):
        pre.zero_grad(); F.cross_entropy(model(old[i]), oy[i]).backward(); pre.step()

y, vy = y // 2, vy // 2
for p in model.backbone.parameters():
    p.requires_grad = False
if not REPAIRED:
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
model.head = nn.Linear(64, 5)
if REPAIRED:
    optimizer = torch.optim.Adam(model.head.parameters(), lr=5e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for i in torch.randperm(len(x)).split(35):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
