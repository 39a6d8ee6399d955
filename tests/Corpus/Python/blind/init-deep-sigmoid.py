import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
act = nn.Sigmoid if BUG else nn.ReLU
dims = [64] + [48] * 7
layers = []
for a, b in zip(dims, dims[1:]):
    lin = nn.Linear(a, b)
    if not BUG: nn.init.kaiming_normal_(lin.weight); nn.init.zeros_(lin.bias)
    layers += [lin, act()]
net = nn.Sequential(*layers, nn.Linear(48, 10))
opt = torch.optim.SGD(net.parameters(), 0.02, momentum=0.9); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(12):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
