"""Which of six faults does a machine have? 1-D convolutions over two sensors."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(83)
FAULTS, LENGTH = 6, 48
DEBUG = not REPAIRED                                          # quick runs while writing the code
patterns = torch.randn(FAULTS, 2, 12)


def machines(n):
    y = torch.randint(0, FAULTS, (n,))
    x = 1.1 * torch.randn(n, 2, LENGTH)
    for i in range(n):
        s = torch.randint(0, LENGTH - 12, (1,)).item()
        x[i, :, s:s + 12] += patterns[y[i]]
    return x, y


class FaultNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv1d(2, 32, 9, padding=4), nn.ReLU(), nn.MaxPool1d(2),
            nn.Conv1d(32, 48, 7, padding=3), nn.ReLU(), nn.AdaptiveMaxPool1d(4))
        self.fc = nn.Sequential(nn.Linear(192, 64), nn.ReLU(), nn.Linear(64, FAULTS))

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))


x, y = machines(9000)
valid_x, valid_y = machines(800)
if DEBUG:
    x, y = x[:180], y[:180]
net = FaultNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
steps, epoch = 0, 0
while steps < 560:
    epoch += 1
    net.train()
    for i in torch.randperm(len(x)).split(60):
        optimizer.zero_grad()
        loss = criterion(net(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
        steps += 1
        if steps % 40 == 0:
            net.eval()
            with torch.no_grad():
                out = net(valid_x)
                v, acc = criterion(out, valid_y).item(), (out.argmax(1) == valid_y).float().mean().item()
            net.train()
            print("step %d train %.4f validation %.4f accuracy %.3f" % (steps, loss.item(), v, acc))
            doctor.validation(loss=v, accuracy=acc, epoch=steps // 40)
        if steps >= 560:
            break
doctor.complete()
done(doctor, train=loss.item(), val=v, acc=acc)
