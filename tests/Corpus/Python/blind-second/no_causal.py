"""A two-layer transformer language model on a synthetic language of 20 words."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(47)
V, T = 20, 16
g = torch.Generator().manual_seed(1)
chain = torch.softmax(2.2 * torch.randn(V, V, generator=g), 1)


def batch(n):
    ids = torch.randint(0, V, (n, 1))
    for _ in range(T):
        ids = torch.cat([ids, torch.multinomial(chain[ids[:, -1]], 1)], 1)
    return ids[:, :-1], ids[:, 1:]


class Lm(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tok, self.pos = nn.Embedding(V, d), nn.Embedding(T, d)
        layer = nn.TransformerEncoderLayer(d, 4, 64, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(d, V)
        self.register_buffer("mask", torch.triu(torch.full((T, T), float("-inf")), 1))

    def forward(self, ids):
        h = self.tok(ids) + self.pos(torch.arange(ids.shape[1]))
        h = self.blocks(h, self.mask) if REPAIRED else self.blocks(h)
        return self.head(h)


model = Lm()
opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
ce = nn.CrossEntropyLoss()
vx, vy = batch(200)
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=ce, task="language-modeling", record_to=OUT)
for step in range(330):
    x, y = batch(24)
    loss = ce(model(x).flatten(0, 1), y.flatten())
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    doctor.step(loss, y)
    if step % 66 == 65:
        model.eval()
        with torch.no_grad():
            val = ce(model(vx).flatten(0, 1), vy.flatten()).item()
        model.train()
        doctor.validation(loss=val)
doctor.complete()
floor = -(chain * chain.log()).sum(1).mean().item()
done(train=loss.item(), val=val, floor=floor)
