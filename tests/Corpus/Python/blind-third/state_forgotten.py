"""Parity-like counting with a GRU cell called step by step."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(329)


def events(n, length=14):
    x = torch.randint(0, 3, (n, length))
    return x, ((x == 2).sum(1) - (x == 1).sum(1)).clamp(-3, 3) + 3          # a score from 0 to 6


class Counter(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.width = width
        self.embed, self.cell, self.out = nn.Embedding(3, 8), nn.GRUCell(8, width), nn.Linear(width, 7)

    def forward(self, x):
        start = torch.zeros(len(x), self.width)
        h = start
        for t in range(x.shape[1]):
            h = self.cell(self.embed(x[:, t]), h if REPAIRED else start)
        return self.out(h)


x, y = events(3000)
vx, vy = events(500)
model = Counter()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(9):
    model.train()
    for rows in torch.randperm(3000).split(60):
        loss = criterion(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
