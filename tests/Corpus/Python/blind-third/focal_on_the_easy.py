"""Rare defects among parts, with a focal loss of one's own."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(316)
x = torch.randn(5000, 16)
y = (x[:, 0] * x[:, 1] + x[:, 2] - 0.5 * x[:, 3] ** 2 + 0.2 * torch.randn(5000) > 1.1).long()   # some 12 %
tx, ty, vx, vy = x[:4200], y[:4200], x[4200:], y[4200:]


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        ce = F.cross_entropy(logits, target, reduction="none")
        p = torch.exp(-ce)
        weight = (1 - p) if REPAIRED else p
        return (weight ** self.gamma * ce).mean()


model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = FocalLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(4200).split(60):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc, found=(out.argmax(1)[vy == 1] == 1).float().mean().item())
