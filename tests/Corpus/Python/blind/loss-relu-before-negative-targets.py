import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
x = torch.randn(2500, 8)
ret = (x[:, :1] - x[:, 1:2] + 0.5 * torch.sin(3 * x[:, 2:3])); ret = ret / ret.std() + 0.05 * torch.randn(2500, 1)
layers = [nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1)] + ([nn.ReLU()] if BUG else [])
net = nn.Sequential(*layers)
opt = torch.optim.Adam(net.parameters(), 1e-3)
crit = nn.SmoothL1Loss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    for a, b in batches(x[500:], ret[500:], 40):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    with torch.no_grad(): v = crit(net(x[:500]), ret[:500]).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
