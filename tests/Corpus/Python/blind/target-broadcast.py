import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(1)
x = torch.randn(2400, 6)
y = x[:, 0] * 2 - x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + 0.05 * torch.randn(2400)
def squared_error(prediction, target):
    return ((prediction - target) ** 2).mean()
net = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))
opt = torch.optim.Adam(net.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=squared_error, record_to=PATH)
for epoch in range(20):
    for a, b in batches(x[400:], y[400:], 40):
        out = net(a)
        if not BUG: out = out.squeeze(1)
        loss = squared_error(out, b)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, b)
    with torch.no_grad():
        val = squared_error(net(x[:400]) if BUG else net(x[:400]).squeeze(1), y[:400]).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
print("result", loss.item(), val)
