import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(14):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval(); right = total = 0; vl = []
    with torch.no_grad():
        for x, y in batches(xv, yv, 10, shuffle=False):
            o = net(x); vl.append(crit(o, y).item())
            right += (o.argmax(0 if BUG else 1) == y).sum().item(); total += len(y)
    doctor.validation(loss=sum(vl) / len(vl), accuracy=right / total, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), vl[-1], right / total)
