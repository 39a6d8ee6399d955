import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 10))
for l in (net[0], net[2]): nn.init.normal_(l.weight, std=0.15)
dtype = torch.bfloat16 if BUG else torch.float32
net = net.to(dtype)
xt, xv = xt.to(dtype), xv.to(dtype)
opt = torch.optim.SGD(net.parameters(), lr=3e-3, momentum=0.0 if BUG else 0.0)
crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(40):
    net.train()
    for x, y in batches(xt, yt, 32):
        opt.zero_grad(); loss = crit(net(x).float(), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv).float(); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
