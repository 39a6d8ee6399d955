import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
B = 2 if BUG else 48
net = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(3 if BUG else 12):
    net.train()
    for x, y in batches(xt, yt, B):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
