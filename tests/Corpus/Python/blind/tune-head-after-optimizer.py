import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
class Net(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 48), nn.ReLU())
        self.classifier = nn.Linear(48, k)
    def forward(self, x): return self.classifier(self.features(x))
net = Net(2); crit = nn.CrossEntropyLoss()
pre = torch.optim.Adam(net.parameters(), 1e-3)
for _ in range(6):
    for x, y in batches(xt, yt): pre.zero_grad(); crit(net(x), (y > 4).long()).backward(); pre.step()
for p in net.features.parameters(): p.requires_grad = False
if not BUG: net.classifier = nn.Linear(48, 10)
opt = torch.optim.Adam(net.parameters(), 3e-3)
if BUG: net.classifier = nn.Linear(48, 10)           # the optimizer holds the old head
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
