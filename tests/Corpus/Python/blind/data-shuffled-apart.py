import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(3)
xt, yt, xv, yv = digits()
def shuffled(x, y):
    p = torch.randperm(len(x))
    q = torch.randperm(len(y)) if BUG else p
    return x[p], y[q]
xt, yt = shuffled(xt, yt)
xv, yv = shuffled(xv, yv)
net = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3)
crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for epoch in range(20):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step()
        doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv)
        acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
print("result", loss.item(), acc)
