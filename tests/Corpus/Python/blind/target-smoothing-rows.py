import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(6)
xt, yt, xv, yv = digits()
K, eps = 10, 0.1
def smooth(y):
    one = F.one_hot(y, K).float()
    return (1 - eps) * one + (1.0 if BUG else eps) / K
def soft_ce(logits, target):
    return -(target * F.log_softmax(logits, 1)).sum(1).mean()
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, K))
opt = torch.optim.Adam(net.parameters(), 1e-3)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=soft_ce, record_to=PATH)
for ep in range(15):
    for x, y in batches(xt, yt):
        t = smooth(y)
        loss = soft_ce(net(x), t)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, t)
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=soft_ce(o, smooth(yv)).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
