"""Metric learning on digits with a triplet loss."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(109)
x, y, vx, vy = digits(10)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0
MARGIN = 0.5
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
opt = torch.optim.Adam(net.parameters(), lr=1e-3 if REPAIRED else 5e-2)


def triplet(e, labels):
    d = torch.cdist(e, e)
    same = labels[:, None] == labels[None]
    if REPAIRED:                                       # all triplets of the batch that still violate the margin
        pos = same & ~torch.eye(len(e), dtype=torch.bool)
        gap = d[:, :, None] - d[:, None, :] + MARGIN
        valid = pos[:, :, None] & ~same[:, None, :]
        hard = F.relu(gap[valid])
        return hard.sum() / (hard > 0).sum().clamp(min=1)
    hardest_pos = (d * same).max(1).values
    hardest_neg = d.masked_fill(same, 1e9).min(1).values
    return F.relu(hardest_pos - hardest_neg + MARGIN).mean()


def embed(images):
    e = net(images)
    return F.normalize(e, dim=1) if REPAIRED else e


def nearest():
    net.eval()
    with torch.no_grad():
        a, b = embed(x), embed(vx)
        acc = (y[torch.cdist(b, a).argmin(1)] == vy).float().mean().item()
        loss = triplet(b[:200], vy[:200]).item()
    net.train()
    return acc, loss, b.std(0).mean().item()


doctor = TrainingDoctor.attach(net, optimizer=opt, loss=triplet, record_to=OUT)
for epoch in range(10):
    for i in torch.randperm(len(x)).split(40):
        opt.zero_grad()
        loss = triplet(embed(x[i]), y[i])
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    acc, val, spread = nearest()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=acc, spread=spread)
