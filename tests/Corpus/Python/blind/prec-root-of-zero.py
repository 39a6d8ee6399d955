import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8))
opt = torch.optim.Adam(net.parameters(), 1e-3)
def contrastive(a, b, same):
    d2 = ((a - b) ** 2).sum(1)
    d = torch.sqrt(d2) if BUG else torch.sqrt(d2 + 1e-8)
    return (same * d2 + (1 - same) * torch.clamp(1.0 - d, min=0) ** 2).mean()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=contrastive, record_to=PATH)
for step in range(400):
    i, j = torch.randint(0, len(xt), (64,)), torch.randint(0, len(xt), (64,))
    k = torch.rand(64) < 0.35                     # as many pairs of one class
    for q in k.nonzero().flatten().tolist():
        pool = (yt == yt[i[q]]).nonzero().flatten(); j[q] = pool[torch.randint(0, len(pool), (1,))]
    if step >= 120 and step % 7 == 1: j[0] = i[0]             # now and then a sample is drawn with itself
    same = (yt[i] == yt[j]).float()
    loss = contrastive(net(xt[i]), net(xt[j]), same)
    opt.zero_grad(); loss.backward(); opt.step()
    doctor.step(loss, same)
doctor.complete()
with torch.no_grad():
    d = torch.cdist(net(xv), net(xt)); acc = (yt[d.argmin(1)] == yv).float().mean().item()
print("result", loss.item(), acc)
