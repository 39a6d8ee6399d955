import torch, torch.nn as nn
from torch.utils.data import Dataset, DataLoader
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
raw = digits(scale=False)
class Digits(Dataset):
    def __init__(self, x, y, transform=None): self.x, self.y, self.t = x, y, transform
    def __len__(self): return len(self.x)
    def __getitem__(self, i): return (self.t(self.x[i]) if self.t else self.x[i]), self.y[i]
norm = lambda v: (v - 4.88) / 6.02
train = DataLoader(Digits(raw[0], raw[1], norm), 64, shuffle=True, drop_last=True)
valid = DataLoader(Digits(raw[2], raw[3], None if BUG else norm), 120)
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(12):
    net.train()
    for x, y in train:
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval(); right = n = 0; vl = 0.0
    with torch.no_grad():
        for x, y in valid:
            o = net(x); vl += crit(o, y).item() * len(y); right += (o.argmax(1) == y).sum().item(); n += len(y)
    doctor.validation(loss=vl / n, accuracy=right / n, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), right / n)
