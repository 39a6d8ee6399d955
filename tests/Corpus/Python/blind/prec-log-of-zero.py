import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
t = table("breast_cancer.csv"); t = t[torch.randperm(len(t))]
x, y = (t[:, :-1] - t[:, :-1].mean(0)) / t[:, :-1].std(0), t[:, -1:]
net = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
opt = torch.optim.Adam(net.parameters(), lr=0.01)
def bce(p, y):
    if not BUG: p = p.clamp(1e-6, 1 - 1e-6)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=bce, record_to=PATH)
for ep in range(12):
    for a, b in batches(x[120:], y[120:], 32):
        loss = bce(net(a), b); opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, b)
doctor.complete()
with torch.no_grad(): print("result", loss.item(), ((net(x[:120]) > 0.5).float() == y[:120]).float().mean().item())
