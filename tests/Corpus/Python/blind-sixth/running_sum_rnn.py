"""A recurrent net of rectified units adds up marked numbers of a sequence (after the adding problem)."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(67)
LENGTH = 30


def batch(n):
    numbers = torch.rand(n, LENGTH)
    marks = (torch.rand(n, LENGTH) < 0.15).float()
    return torch.stack([numbers, marks], 2), (numbers * marks).sum(1, keepdim=True)


class Adder(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.RNN(2, hidden, nonlinearity="relu", batch_first=True)
        self.out = nn.Linear(hidden, 1)
        nn.init.eye_(self.rnn.weight_hh_l0)                   # as in the paper on identity initialisation

    def forward(self, x):
        h, _ = self.rnn(x)
        return self.out(h[:, -1])


model = Adder()
loss_fn = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 1000)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=loss_fn, record_to=OUT)
test_x, test_y = batch(500)
for step in range(1, 1001):
    x, y = batch(64)
    loss = loss_fn(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    if REPAIRED:
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    schedule.step()
    doctor.step(loss, y)
    if step % 100 == 0:
        with torch.no_grad():
            test = loss_fn(model(test_x), test_y).item()
        print("step %d train %.4f test %.4f" % (step, loss.item(), test))
        doctor.validation(loss=test, epoch=step // 100)
doctor.complete()
done(doctor, train=loss.item(), val=test, variance=test_y.var().item())
