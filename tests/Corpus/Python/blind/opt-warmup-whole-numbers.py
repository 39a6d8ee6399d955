import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), 2e-3); crit = nn.CrossEntropyLoss()
warm = 100
ramp = (lambda s: min(1, (s + 1) // 2000)) if BUG else (lambda s: min(1.0, (s + 1) / warm))   # // where / was meant, and a warm-up for a longer run
sched = torch.optim.lr_scheduler.LambdaLR(opt, ramp)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); sched.step(); doctor.step(loss, y)
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
