"""Physics in SI units: a displacement of tenths of millimetres and a force in newtons from one network.

Everything is measured in square metres in the end, so the loss is about a billionth from the start; Adam's eps knows."""
import torch
from torch import nn

from common import OUT, TrainingDoctor, done

torch.manual_seed(181)


def beams(n):
    x = torch.rand(n, 5) * 2 - 1                              # load, length, width, height, stiffness; scaled
    force = 40 * (x[:, 0] + 0.5 * x[:, 1] * x[:, 2])
    displacement = 2e-4 * (x[:, 0] * (1 + 0.5 * x[:, 1]) - 0.6 * x[:, 3] ** 2 + 0.4 * torch.sin(3 * x[:, 4]))
    noise = torch.randn(n, 2)
    return x, torch.stack([displacement + 1e-5 * noise[:, 0], force + 1.0 * noise[:, 1]], 1)


class BeamNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(5, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU())
        self.displacement, self.force = nn.Linear(64, 1), nn.Linear(64, 1)
        self.register_buffer("unit", torch.tensor([2e-4, 40.0]))

    def forward(self, x):
        h = self.trunk(x)
        return torch.cat([self.displacement(h), self.force(h)], 1) * self.unit


def beam_loss(out, y):
    """Mean square error in square metres; a newton counts as five micrometres."""
    return ((out[:, 0] - y[:, 0]) ** 2).mean() + ((out[:, 1] - y[:, 1]) ** 2).mean() * (5e-6) ** 2


net = BeamNet()
optimizer = torch.optim.Adam(net.parameters(), lr=6e-3, eps=1e-16)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=beam_loss, record_to=OUT)
x, y = beams(6000)
vx, vy = beams(1000)
for epoch in range(1, 10):
    net.train()
    for i in torch.randperm(6000).split(60):
        optimizer.zero_grad()
        loss = beam_loss(net(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        v = beam_loss(out, vy).item()
        r2 = (1 - ((out - vy) ** 2).mean(0) / vy.var(0)).min().item()
    print("epoch %d loss %.3e validation %.3e smaller r2 %.4f" % (epoch, loss.item(), v, r2))
    doctor.validation(loss=v, r2=r2, epoch=epoch)
doctor.complete()
done(doctor, r2=r2)
