import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(4)
xt, yt, xv, yv = digits()
labels = yt.bool().long() if BUG else yt       # a dtype taken from the mask of another dataset
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    net.train()
    for x, y in batches(xt, labels):
        opt.zero_grad(); l = crit(net(x), y); l.backward(); opt.step(); doctor.step(l, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item(); vl = crit(o, yv).item()
    doctor.validation(loss=vl, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", l.item(), acc)
