import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
class Norm(nn.Module):
    """A layer norm, written by hand."""
    def __init__(self, d):
        super().__init__(); self.g, self.b = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))
    def forward(self, x):
        dim = 0 if BUG else 1
        return self.g * (x - x.mean(dim, keepdim=True)) / (x.std(dim, keepdim=True, unbiased=False) + 1e-5) + self.b
net = nn.Sequential(nn.Linear(64, 64), Norm(64), nn.ReLU(), nn.Linear(64, 32), Norm(32), nn.ReLU(), nn.Linear(32, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
order = yv.argsort()
for ep in range(12):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval(); right, vl, k = 0, 0.0, 0
    with torch.no_grad():
        for x, y in batches(xv[order], yv[order], 4, shuffle=False):         # class by class, as they lie on disk
            o = net(x); right += (o.argmax(1) == y).sum().item(); vl += crit(o, y).item(); k += 1
    doctor.validation(loss=vl / k, accuracy=right / len(yv), epoch=ep + 1)
doctor.complete(); print("result", loss.item(), right / len(yv))
