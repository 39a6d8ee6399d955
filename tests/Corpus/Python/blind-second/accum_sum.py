"""Accumulating sixteen small batches, as memory is scarce."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(83)
ACC = 16
x = torch.randn(6400, 10)
y = (torch.sin(2 * x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3] + 0.3 * x[:, 3:4])
y = (y - y.mean()) / y.std() + 0.1 * torch.randn_like(y)
x, vx, y, vy = x[:5600], x[5600:], y[:5600], y[5600:]
net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.08, momentum=0.9)
mse = nn.MSELoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=mse, task="regression", record_to=OUT)
for epoch in range(12):
    net.train()
    iter_num, parts, seen = 0, [], []
    opt.zero_grad()
    for i in torch.randperm(len(x)).split(10):
        loss = mse(net(x[i]), y[i])
        if REPAIRED:
            (loss / ACC).backward()
        else:
            loss.backward()
        parts.append(loss.item()); seen.append(y[i])
        iter_num += 1
        if iter_num % ACC == 0:
            opt.step()
            doctor.step(sum(parts) / ACC, torch.cat(seen))
            opt.zero_grad()
            parts, seen = [], []
    net.eval()
    with torch.no_grad():
        val = mse(net(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(val=val)
