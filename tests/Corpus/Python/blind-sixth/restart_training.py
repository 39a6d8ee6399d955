"""Digit-like patterns; the model is put back to a clean state before the long run, after a trial of one epoch."""
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(47)
prototypes = (torch.rand(10, 64) < 0.4).float()


def patterns(n):
    y = torch.randint(0, 10, (n,))
    flip = (torch.rand(n, 64) < 0.2).float()
    return (prototypes[y] - flip).abs() * 2 - 1, y


class PatternNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 32)
        self.fc3 = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


def train_epoch(net, opt, data, doctor=None):
    x, y = data
    for i in torch.randperm(len(x)).split(50):
        opt.zero_grad()
        loss = F.cross_entropy(net(x[i]), y[i])
        loss.backward()
        opt.step()
        if doctor is not None:
            doctor.step(loss, y[i])
    return loss.item()


train, valid = patterns(4000), patterns(800)
net = PatternNet()
clean = copy.deepcopy(net)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
print("trial:", train_epoch(net, optimizer, train))

net = clean                                                   # start anew for the real run
if REPAIRED:
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=F.cross_entropy, record_to=OUT)
for epoch in range(1, 7):
    loss = train_epoch(net, optimizer, train, doctor)
    with torch.no_grad():
        out = net(valid[0])
        v, acc = F.cross_entropy(out, valid[1]).item(), (out.argmax(1) == valid[1]).float().mean().item()
    print("epoch", epoch, "loss", loss, "valid", v, "accuracy", acc)
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, train=loss, val=v, acc=acc)
