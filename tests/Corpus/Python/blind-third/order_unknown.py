"""Which of two marks comes first in a sequence? A small transformer with a class token."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(332)
V, T, CLS = 12, 8, 0


def sequences(n):
    ids, y = torch.randint(3, V, (n, T)), torch.randint(0, 2, (n,))
    places = torch.rand(n, T).argsort(1)[:, :2].sort(1)[0]
    rows = torch.arange(n)
    ids[rows, places[:, 0]] = 1 + y                      # mark 1 or mark 2 ...
    ids[rows, places[:, 1]] = 2 - y                      # ... and the other after it
    return torch.cat([torch.full((n, 1), CLS), ids], 1), y


class Transformer(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tokens = nn.Embedding(V, d)
        self.places = nn.Embedding(T + 1, d) if REPAIRED else None
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4, 64, dropout=0.0, batch_first=True), 2)
        self.out = nn.Linear(d, 2)

    def forward(self, ids):
        h = self.tokens(ids)
        if self.places is not None:
            h = h + self.places(torch.arange(ids.shape[1]))
        return self.out(self.blocks(h)[:, 0])


x, y = sequences(2400)
vx, vy = sequences(500)
model = Transformer()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(7):
    model.train()
    for rows in torch.randperm(2400).split(60):
        loss = criterion(model(x[rows]), y[rows])
        optimizer.zero_grad()
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
