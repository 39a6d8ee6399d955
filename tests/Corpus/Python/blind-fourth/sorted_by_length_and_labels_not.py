"""Kinds of walks of different lengths; a packed LSTM wants them sorted."""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(422)
drift = torch.randn(5, 4)


def walks(n):
    y = torch.randint(0, 5, (n,))
    lengths = torch.randint(5, 25, (n,))
    x = 0.4 * drift[y][:, None] + torch.randn(n, 24, 4)
    return x * (torch.arange(24)[None] < lengths[:, None]).unsqueeze(2), lengths, y


class Walks(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 32, batch_first=True)
        self.out = nn.Linear(32, 5)

    def forward(self, x, lengths):
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(x[order], lengths, batch_first=True)
        _, (hidden, _) = self.lstm(packed)
        hidden = hidden[-1]
        if REPAIRED:
            hidden = hidden[order.argsort()]
        return self.out(hidden)


x, lengths, y = walks(5000)
vx, vlengths, vy = walks(800)
model = Walks()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(4):
    model.train()
    for rows in torch.randperm(len(x)).split(40):
        optimizer.zero_grad()
        loss = criterion(model(x[rows], lengths[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx, vlengths)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
