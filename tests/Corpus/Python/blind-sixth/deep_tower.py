"""Price of a second-hand machine: a tower whose depth is an argument."""
import argparse

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=4)
parser.add_argument("--width", type=int, default=48)
parser.add_argument("--lr", type=float, default=2e-3)
args, _ = parser.parse_known_args()
torch.manual_seed(43)


class Tower(nn.Module):
    def __init__(self, inputs, width, depth):
        super().__init__()
        layers = []
        for i in range(depth):
            layers.append(nn.Sequential(nn.Linear(inputs if i == 0 else width, width), nn.ReLU()))
        self.layers = nn.ModuleList(layers) if REPAIRED else layers
        self.last = nn.Linear(width, 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.last(x)


def machines(n):
    g = torch.Generator().manual_seed(n)
    x = torch.randn(n, 10, generator=g)
    price = torch.sin(2 * x[:, 0]) * 2 + x[:, 1] * x[:, 2] + (x[:, 3] > 0).float() * x[:, 4] * 2
    return x, (price + 0.1 * torch.randn(n, generator=g)).unsqueeze(1)


x, y = machines(8000)
vx, vy = machines(1000)
model = Tower(10, args.width, args.depth)
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    for i in torch.randperm(len(x)).split(80):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    with torch.no_grad():
        v = criterion(model(vx), vy).item()
        r2 = 1 - v / vy.var().item()
    print("epoch {} loss {:.4f} validation {:.4f} r2 {:.3f}".format(epoch + 1, loss.item(), v, r2))
    doctor.validation(loss=v, r2=r2, epoch=epoch + 1)
doctor.complete()
done(doctor, train=loss.item(), val=v, r2=r2)
