import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(14):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval(); vl, right, k = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches(xv, yv, 20, shuffle=False):
            o = net(x); vl += crit(o, y).item(); right += (o.argmax(1) == y).sum().item(); k += 1
    if not BUG: vl /= k
    doctor.validation(loss=vl, accuracy=right / len(yv), epoch=ep + 1)
doctor.complete(); print("result", loss.item(), vl, right / len(yv))
