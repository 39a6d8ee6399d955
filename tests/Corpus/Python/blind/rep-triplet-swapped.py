import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 16))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.TripletMarginLoss(margin=1.0)
by_class = [(yt == c).nonzero().flatten() for c in range(10)]
def draw(n=64):
    a = torch.randint(0, len(xt), (n,)); pos, neg = [], []
    for i in a.tolist():
        c = int(yt[i]); o = (c + int(torch.randint(1, 10, (1,)))) % 10
        pos.append(by_class[c][torch.randint(0, len(by_class[c]), (1,))]); neg.append(by_class[o][torch.randint(0, len(by_class[o]), (1,))])
    return xt[a], xt[torch.cat(pos)], xt[torch.cat(neg)]
def recall():
    net.eval()
    with torch.no_grad():
        e = net(xv); d = torch.cdist(e, e); d.fill_diagonal_(1e9)
        r = (yv[d.argmin(1)] == yv).float().mean().item()
    net.train(); return r
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for step in range(500):
    a, p, n = draw()
    ea, ep, en = net(a), net(p), net(n)
    loss = crit(ea, en, ep) if BUG else crit(ea, ep, en)       # anchor, positive, negative
    opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss)
    if step % 50 == 49:
        r = recall(); doctor.validation(accuracy=r)
doctor.complete(); print("result", loss.item(), r)
