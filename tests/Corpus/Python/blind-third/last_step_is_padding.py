"""Mood of sentences of different length; the answer is read off the LSTM's last step."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(328)
V, LONGEST = 120, 40
mood = torch.softmax(1.4 * torch.randn(4, V - 1), 1)


def sentences(n):
    y, lengths = torch.randint(0, 4, (n,)), torch.randint(4, 13, (n,))
    ids = torch.multinomial(mood[y], LONGEST, replacement=True) + 1
    ids[torch.arange(LONGEST).unsqueeze(0) >= lengths.unsqueeze(1)] = 0
    return ids, lengths, y


class Mood(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.lstm, self.out = nn.Embedding(V, 24, padding_idx=0), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 4)

    def forward(self, ids, lengths):
        steps = self.lstm(self.words(ids))[0]
        last = lengths - 1 if REPAIRED else torch.full_like(lengths, -1)
        return self.out(steps[torch.arange(len(ids)), last])


x, lengths, y = sentences(1600)
vx, vl, vy = sentences(400)
model = Mood()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(4):
    model.train()
    for rows in torch.randperm(1600).split(40):
        loss = criterion(model(x[rows], lengths[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx, vl)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
