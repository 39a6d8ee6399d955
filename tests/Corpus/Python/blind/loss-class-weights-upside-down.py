import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n = 4000
y = (torch.rand(n) < 0.08).long()
x = torch.randn(n, 10); x[:, 0] += 2.2 * y; x[:, 1] -= 1.2 * y
count = torch.bincount(y).float()
weight = count / count.sum() if BUG else count.sum() / (2 * count)
net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
opt = torch.optim.Adam(net.parameters(), 1e-3)
crit = nn.CrossEntropyLoss(weight=weight)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, task="multiclass-classification", record_to=PATH)
for ep in range(12):
    for a, b in batches(x[800:], y[800:], 64):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    with torch.no_grad():
        o = net(x[:800]); p = o.argmax(1)
        balanced = torch.stack([(p[y[:800] == c] == c).float().mean() for c in (0, 1)]).mean().item()
    doctor.validation(loss=crit(o, y[:800]).item(), accuracy=balanced, epoch=ep + 1)   # balanced accuracy
doctor.complete(); print("result", loss.item(), balanced)
