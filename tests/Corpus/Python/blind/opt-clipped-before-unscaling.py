import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9); crit = nn.CrossEntropyLoss()
SCALE = 2.0 ** 12          # a gradient scaler of its own, for hardware that knows no GradScaler
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
def unscale():
    for p in net.parameters(): p.grad.div_(SCALE)
for ep in range(15):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); (loss * SCALE).backward()
        if BUG:
            nn.utils.clip_grad_norm_(net.parameters(), 5.0); unscale()
        else:
            unscale(); nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
