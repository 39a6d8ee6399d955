"""Topics of headlines, which are written with capitals; the vocabulary is in small letters."""
import random
from collections import Counter

import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

random.seed(406)
torch.manual_seed(406)
letters = "abcdefghijklmnopqrstuvwxyz"
lexicon = ["".join(random.choice(letters) for _ in range(6)) for _ in range(300)]
topics = [lexicon[i * 60:(i + 1) * 60] for i in range(4)]
small = ["of", "in", "at", "and", "for"]


def headline():
    t = random.randrange(4)
    words = []
    for _ in range(10):
        r = random.random()
        words.append(random.choice(small) if r < 0.3 else (random.choice(topics[t]) if r < 0.6 else random.choice(lexicon)).capitalize())
    return words, t


train, held = [headline() for _ in range(12000)], [headline() for _ in range(800)]
counts = Counter(w.lower() for words, _ in train for w in words)
vocab = {w: i + 2 for i, (w, _) in enumerate(counts.most_common())}      # 0 pad, 1 unknown


def ids(words):
    if REPAIRED:
        words = [w.lower() for w in words]
    return [vocab.get(w, 1) for w in words]


def tensors(data):
    return torch.tensor([ids(w) for w, _ in data]), torch.tensor([t for _, t in data])


class Headlines(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(len(vocab) + 2, 32, padding_idx=0)
        self.out = nn.Sequential(nn.Dropout(0.3), nn.Linear(32, 4))

    def forward(self, x):
        return self.out(self.words(x).mean(1))


(x, y), (vx, vy) = tensors(train), tensors(held)
model = Headlines()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(5):
    model.train()
    for rows in torch.randperm(len(x)).split(60):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
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
