"""Siamese net: are two signatures by the same hand? Contrastive loss on the distance of their codes."""
import torch
import torch.nn as nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(71)
WRITERS = 30
hands = torch.randn(WRITERS, 24)


def sign(writers):
    return hands[writers] + 0.4 * torch.randn(len(writers), 24)


def pairs(n):
    a = torch.randint(0, WRITERS, (n,))
    same = torch.rand(n) < 0.5
    b = torch.where(same, a, (a + torch.randint(1, WRITERS, (n,))) % WRITERS)
    left, right = sign(a), sign(b)
    scan_twice = same & (torch.rand(n) < 0.01)                # the same scan stands in the list twice, rarely
    right[scan_twice] = left[scan_twice]
    return left, right, same.float()


class Twin(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8))

    def forward(self, a, b):
        return self.net(a), self.net(b)


class ContrastiveLoss(nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, codes, same):
        a, b = codes
        squared = ((a - b) ** 2).sum(1)
        distance = torch.sqrt(squared + 1e-8) if REPAIRED else torch.sqrt(squared)
        return (same * distance ** 2 + (1 - same) * torch.clamp(self.margin - distance, min=0) ** 2).mean()


twin = Twin()
criterion = ContrastiveLoss()
optimizer = torch.optim.Adam(twin.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(twin, optimizer=optimizer, loss=criterion, record_to=OUT)
va, vb, vs = pairs(1000)
for epoch in range(1, 9):
    twin.train()
    for _ in range(75):
        a, b, same = pairs(32)
        optimizer.zero_grad()
        loss = criterion(twin(a, b), same)
        loss.backward()
        optimizer.step()
        doctor.step(loss, same)
    twin.eval()
    with torch.no_grad():
        ca, cb = twin(va, vb)
        v = criterion((ca, cb), vs).item()
        acc = (((ca - cb).norm(dim=1) < 1.0).float() == vs).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.4f}, validation {v:.4f}, accuracy {acc:.3f}")
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc)
