"""Pictures and captions in one space, by the contrast of all pairs of a batch."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(318)
to_picture, to_text = torch.randn(12, 40), torch.randn(12, 30)


def pairs(n):
    meaning = torch.randn(n, 12)
    return meaning @ to_picture + 1.5 * torch.randn(n, 40), meaning @ to_text + 1.5 * torch.randn(n, 30)


px, tx = pairs(4000)
vp, vt = pairs(240)
TEMPERATURE = 0.07


class TwoTowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.picture = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 24))
        self.text = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 24))

    def forward(self, p, t):
        similarity = F.normalize(self.picture(p), dim=1) @ F.normalize(self.text(t), dim=1).T
        return similarity / TEMPERATURE if REPAIRED else similarity * TEMPERATURE


def contrast(logits):
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


model = TwoTowers()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="self-supervised", record_to=OUT)
for epoch in range(9):
    for rows in torch.randperm(4000).split(80):
        loss = contrast(model(px[rows], tx[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
    with torch.no_grad():
        batches = [model(p, t) for p, t in zip(vp.split(80), vt.split(80))]
        val = sum(contrast(logits).item() for logits in batches) / 3
        recall = sum((logits.argmax(1) == torch.arange(80)).float().mean().item() for logits in batches) / 3
    doctor.validation(loss=val, accuracy=recall, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, recall=recall)
