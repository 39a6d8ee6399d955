"""A robot that must remember the first sign it saw, with a GRU cell and its own loop."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(423)
SIGNS, STEPS = 8, 10


def trips(n):
    tokens = torch.randint(0, SIGNS, (n, STEPS))
    return tokens, tokens[:, 0]


class Memory(nn.Module):
    def __init__(self, hidden=40):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Embedding(SIGNS, 16)
        self.cell = nn.GRUCell(16, hidden)
        self.answer = nn.Linear(hidden, SIGNS)

    def forward(self, tokens):
        h = torch.zeros(len(tokens), self.hidden)
        for t in range(tokens.shape[1]):
            if not REPAIRED:
                h = h.detach()               # "trying to backward through the graph a second time"
            h = self.cell(self.embed(tokens[:, t]), h)
        return self.answer(h)


x, y = trips(6400)
vx, vy = trips(800)
model = Memory()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(7):
    model.train()
    for rows in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
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
