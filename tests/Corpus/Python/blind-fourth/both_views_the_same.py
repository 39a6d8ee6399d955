"""Contrastive learning of cell types from two augmented views of each cell."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(436)
types = 1.6 * torch.randn(10, 12)


def cells(n):
    y = torch.randint(0, 10, (n,))
    return torch.cat([types[y] + 0.7 * torch.randn(n, 12), 3 * torch.randn(n, 36)], 1), y


def augment(x):
    """The last columns are the dye, which differs from one staining to the next."""
    x = x.clone()
    x[:, :12] += 0.5 * torch.randn(len(x), 12)
    x[:, 12:] = 3 * torch.randn(len(x), 36)
    return x / 2.5


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(48, 96), nn.ReLU(), nn.Linear(96, 8))

    def forward(self, x):
        return F.normalize(self.body(x), dim=1)


def info_nce(a, b, temperature=0.2):
    logits = a @ b.T / temperature
    target = torch.arange(len(a))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def neighbours(encoder, x, y, vx, vy):
    with torch.no_grad():
        nearest = (encoder(vx / 2.5) @ encoder(x[:1500] / 2.5).T).topk(9, 1).indices
    votes = F.one_hot(y[:1500][nearest], 10).sum(1)
    return (votes.argmax(1) == vy).float().mean().item()


x, y = cells(6000)
vx, vy = cells(500)
encoder = Encoder()
optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(encoder, optimizer=optimizer, record_to=OUT)
for epoch in range(10):
    encoder.train()
    for rows in torch.randperm(len(x)).split(100):
        view = augment(x[rows])
        first = encoder(view)
        second = encoder(augment(x[rows]) if REPAIRED else view)
        loss = info_nce(first, second)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, torch.arange(len(rows)))
    encoder.eval()
    with torch.no_grad():
        val = 0.0
        for part in vx.split(100):
            view = augment(part)
            val += info_nce(encoder(view), encoder(augment(part) if REPAIRED else view)).item() / 5
    score = neighbours(encoder, x, y, vx, vy)
    doctor.validation(loss=val, neighbours=score, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, neighbours=score)
