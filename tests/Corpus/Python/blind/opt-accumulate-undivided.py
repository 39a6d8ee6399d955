import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
x = torch.randn(4000, 10); y = (x @ torch.randn(10, 1)) * 0.6 + 0.3 * torch.sin(x[:, :1] * 2) + 0.05 * torch.randn(4000, 1)
net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
crit = nn.MSELoss(); accumulate = 16
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, task="regression", record_to=PATH)
k = 0
opt.zero_grad()
for ep in range(25):
    for a, b in batches(x[400:], y[400:], 8):
        loss = crit(net(a), b)
        (loss if BUG else loss / accumulate).backward()
        k += 1
        if k % accumulate == 0:
            opt.step()
            doctor.step(loss, b)
            opt.zero_grad()
    with torch.no_grad(): v = crit(net(x[:400]), y[:400]).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
