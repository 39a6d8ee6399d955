"""Curriculum: remember two symbols, then three, then four. The loss jumps whenever the task gets harder."""
import torch
from torch import nn

from common import OUT, TrainingDoctor, done

torch.manual_seed(173)
SYMBOLS, DELAY = 6, 2
LESSONS = [(2, 200), (3, 250), (4, 400)]


def task(n, length):
    """The symbols, a pause, then a signal for each symbol that shall be said again."""
    s = torch.randint(0, SYMBOLS, (n, length))
    total = 2 * length + DELAY
    x = torch.zeros(n, total, SYMBOLS + 1)
    x[:, :length, :SYMBOLS] = nn.functional.one_hot(s, SYMBOLS).float()
    x[:, length + DELAY:, SYMBOLS] = 1
    return x, s


class Memory(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.gru = nn.GRU(SYMBOLS + 1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, SYMBOLS)

    def forward(self, x, length):
        h, _ = self.gru(x)
        return self.out(h[:, -length:])


net = Memory()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
step = 0
for length, steps in LESSONS:
    print("lesson: %d symbols" % length)
    vx, vy = task(300, length)
    for _ in range(steps):
        step += 1
        x, y = task(40, length)
        out = net(x, length)
        loss = criterion(out.reshape(-1, SYMBOLS), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        doctor.step(loss, y.reshape(-1))
        if step % 50 == 0:
            with torch.no_grad():
                out = net(vx, length)
                v = criterion(out.reshape(-1, SYMBOLS), vy.reshape(-1)).item()
                acc = (out.argmax(2) == vy).float().mean().item()
            print("  step %d loss %.3f validation %.3f accuracy %.3f" % (step, loss.item(), v, acc))
            doctor.validation(loss=v, accuracy=acc, epoch=step // 50)
doctor.complete()
done(doctor, val=v, acc=acc)
