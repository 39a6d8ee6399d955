import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 24, 3), nn.ReLU(), nn.Flatten(), nn.Linear(24 * 36, 48), nn.ReLU(), nn.Linear(48, 10))
crit = nn.CrossEntropyLoss()
pre = torch.optim.Adam(net.parameters(), 1e-3)
for _ in range(4):
    for x, y in batches(xt[:900], yt[:900]): pre.zero_grad(); crit(net(x), y).backward(); pre.step()
opt = torch.optim.Adam(net.parameters(), lr=0.1 if BUG else 1e-4)      # fine-tuning; 1e-4 was meant
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(8):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
