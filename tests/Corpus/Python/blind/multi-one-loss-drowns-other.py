import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n = 2400
x = torch.randn(n, 10)
kind = ((x[:, 0] > 0).long() + 2 * (x[:, 1] * x[:, 2] > 0).long())
area = 800 + 300 * (x[:, 3:4] + torch.sin(2 * x[:, 4:5])) + 20 * torch.randn(n, 1)
area_t = area if BUG else (area - area.mean()) / area.std()
class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.kind, self.area = nn.Linear(64, 4), nn.Linear(64, 1)
    def forward(self, x):
        h = self.trunk(x); return self.kind(h), self.area(h)
net = Two(); opt = torch.optim.SGD(net.parameters(), lr=1e-6 if BUG else 0.05, momentum=0.9)      # a larger rate diverges, with this loss
doctor = TrainingDoctor.attach(net, optimizer=opt, record_to=PATH)
for ep in range(20):
    for i in torch.randperm(2000).split(40):
        i = i + 400
        k, a = net(x[i]); ce, mse = F.cross_entropy(k, kind[i]), F.mse_loss(a, area_t[i])
        loss = ce + mse
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, kind[i])
        doctor.report("ce_loss", ce); doctor.report("mse_loss", mse)
    with torch.no_grad():
        k, a = net(x[:400]); acc = (k.argmax(1) == kind[:400]).float().mean().item(); v = (F.cross_entropy(k, kind[:400]) + F.mse_loss(a, area_t[:400])).item()
    doctor.validation(loss=v, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", ce.item(), mse.item(), acc)
