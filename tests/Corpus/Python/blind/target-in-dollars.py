import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n = 2000
x = torch.randn(n, 5)
price = 250000 + 60000 * (x[:, :1] - 0.5 * x[:, 1:2] + 0.3 * x[:, 2:3] * x[:, 3:4]) + 4000 * torch.randn(n, 1)
target = price if BUG else (price - price.mean()) / price.std()
net = nn.Sequential(nn.Linear(5, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
lossf = nn.MSELoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=lossf, task="regression", record_to=PATH)
for epoch in range(15):
    for a, b in batches(x[400:], target[400:], 40):
        opt.zero_grad(); loss = lossf(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    with torch.no_grad(): v = lossf(net(x[:400]), target[:400]).item()
    doctor.validation(loss=v, epoch=epoch + 1)
doctor.complete(); print("result", loss.item(), v, "variance", target.var().item())
