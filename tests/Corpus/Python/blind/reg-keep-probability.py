import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
keep = 0.9
p = keep if BUG else 1 - keep            # written for a library whose dropout takes what is kept
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
