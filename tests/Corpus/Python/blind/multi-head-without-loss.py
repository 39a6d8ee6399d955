import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 64), nn.ReLU())
        self.digit, self.parity = nn.Linear(64, 10), nn.Linear(64, 2)
    def forward(self, x):
        h = self.body(x); return self.digit(h), self.parity(h)
net = Net(); opt = torch.optim.Adam(net.parameters(), 1e-3)
doctor = TrainingDoctor.attach(net, optimizer=opt, record_to=PATH)
for ep in range(12):
    for x, y in batches(xt, yt):
        d, p = net(x)
        loss_digit = F.cross_entropy(d, y); loss_parity = F.cross_entropy(p, y % 2)
        loss = loss_digit if BUG else loss_digit + loss_parity
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, y)
    with torch.no_grad():
        d, p = net(xv); acc = ((p.argmax(1) == yv % 2).float().mean().item() + (d.argmax(1) == yv).float().mean().item()) / 2
        v = F.cross_entropy(d, yv).item() + (0 if BUG else F.cross_entropy(p, yv % 2).item())
    doctor.validation(loss=v, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
