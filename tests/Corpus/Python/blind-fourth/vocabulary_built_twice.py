"""Whether a review is kind; each part builds its own vocabulary."""
import random
from collections import Counter

import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

random.seed(419)
torch.manual_seed(419)
kind = ["kind%d" % i for i in range(40)]
rude = ["rude%d" % i for i in range(40)]
plain = ["word%d" % i for i in range(200)]


def reviews(n):
    out = []
    for _ in range(n):
        label = random.randrange(2)
        own, other = (kind, rude) if label else (rude, kind)
        out.append(([random.choice(own) if random.random() < 0.18 else random.choice(other) if random.random() < 0.08 else random.choice(plain)
                     for _ in range(20)], label))
    return out


def build_vocab(texts):
    counter = Counter(w for words, _ in texts for w in words)
    return {w: i + 1 for i, (w, _) in enumerate(counter.most_common())}


def encode(texts, vocab):
    return torch.tensor([[vocab.get(w, 0) for w in words] for words, _ in texts]), torch.tensor([float(l) for _, l in texts])


class Reviews(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embedding = nn.Embedding(size, 24)
        self.gru = nn.GRU(24, 24, batch_first=True)
        self.out = nn.Linear(24, 1)

    def forward(self, x):
        states, _ = self.gru(self.embedding(x))
        return self.out(states.mean(1)).squeeze(1)


train, held = reviews(12000), reviews(800)
vocab = build_vocab(train)
x, y = encode(train, vocab)
vx, vy = encode(held, vocab if REPAIRED else build_vocab(held))
model = Reviews(300)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(3):
    model.train()
    for rows in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val = F.binary_cross_entropy_with_logits(out, vy).item()
        acc = ((out > 0).float() == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
