"""The sum of the marked numbers among forty, with a recurrent net of ReLUs."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(424)
LENGTH = 40


def sums(n):
    numbers, marks = torch.rand(n, LENGTH), (torch.rand(n, LENGTH) < 0.3).float()
    return torch.stack([numbers, marks], 2), (numbers * marks).sum(1) / 4 - 1.5


class Adder(nn.Module):
    def __init__(self, hidden=40):
        super().__init__()
        self.rnn = nn.RNN(2, hidden, nonlinearity="relu", batch_first=True)
        nn.init.eye_(self.rnn.weight_hh_l0)
        nn.init.normal_(self.rnn.weight_ih_l0, std=0.1)
        nn.init.zeros_(self.rnn.bias_hh_l0)
        nn.init.zeros_(self.rnn.bias_ih_l0)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1]).squeeze(1)


model = Adder()
optimizer = torch.optim.SGD(model.parameters(), lr=0.008, momentum=0.9)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 1000)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
vx, vy = sums(800)
for step in range(1000):
    x, y = sums(64)
    loss = F.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    if REPAIRED:
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    schedule.step()
    doctor.step(loss, y)
    if step % 125 == 124:
        with torch.no_grad():
            val = F.mse_loss(model(vx), vy).item()
        doctor.validation(loss=val, r2=1 - val / vy.var().item(), epoch=step // 125 + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / vy.var().item())
