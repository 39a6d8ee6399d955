import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n = 2400
x = torch.rand(n, 2) * 4 - 2
y = ((x[:, 0] * x[:, 1] > 0).long() + (x.norm(dim=1) > 1.5).long())
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lift = nn.Linear(2, 32); self.mid = nn.Linear(32, 32); self.deep = nn.Linear(32, 32); self.out = nn.Linear(32, 3)
    def forward(self, x):
        a = F.relu(self.lift(x))
        b = F.relu(self.mid(a))
        c = F.relu(self.deep(b))
        return self.out(a if BUG else c)         # the wrong variable
net = Net(); opt = torch.optim.Adam(net.parameters(), 3e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(20):
    for a, b in batches(x[400:], y[400:], 40):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    with torch.no_grad():
        o = net(x[:400]); acc = (o.argmax(1) == y[:400]).float().mean().item()
    doctor.validation(loss=crit(o, y[:400]).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
