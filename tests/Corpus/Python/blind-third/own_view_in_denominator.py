"""Self-supervised features of signals, in the manner of SimCLR."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(319)
shapes = torch.randn(10, 32)


def signals(n):
    y = torch.randint(0, 10, (n,))
    return shapes[y] * (0.7 + 0.6 * torch.rand(n, 1)) + 0.9 * torch.randn(n, 32), y


def view(x):
    return x * (torch.rand_like(x) > 0.2).float() + 0.3 * torch.randn_like(x)


def nt_xent(za, zb, t=0.2):
    z = F.normalize(torch.cat([za, zb]), dim=1)
    logits = z @ z.T / t
    if REPAIRED:
        logits = logits.masked_fill(torch.eye(len(z), dtype=torch.bool), -1e9)
    n = len(za)
    if REPAIRED:
        target = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    else:
        target = torch.arange(2 * n)                    # the diagonal
    return F.cross_entropy(logits, target)


x, y = signals(3200)
vx, vy = signals(640)
model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="self-supervised", record_to=OUT)
for epoch in range(10):
    for rows in torch.randperm(3200).split(64):
        loss = nt_xent(model(view(x[rows])), model(view(x[rows])))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
    with torch.no_grad():
        a, b = view(vx), view(vx)
        val = sum(nt_xent(model(p), model(q)).item() for p, q in zip(a.split(64), b.split(64))) / 10
        same = F.cosine_similarity(model(a), model(b)).mean().item()
    doctor.validation(loss=val, epoch=epoch + 1)
    doctor.report("positive_similarity", same)
doctor.complete()
with torch.no_grad():
    near = (F.normalize(model(vx), dim=1) @ F.normalize(model(x), dim=1).T).argmax(1)
done(train=loss.item(), val=val, same=same, knn=(y[near] == vy).float().mean().item())
