"""Power of a pump from its sensors, a few of whose readings are missing."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(302)
x = torch.randn(3000, 12)
y = x[:, :1] * 0.8 + torch.tanh(x[:, 1:2] * x[:, 2:3]) + 0.3 * x[:, 3:4] + 0.1 * torch.randn(3000, 1)
gaps = torch.rand_like(x) < 0.0006
gaps[:700] = False                                     # the first recordings were complete
x[gaps] = float("nan")
if REPAIRED:
    x = torch.nan_to_num(x, nan=0.0)
tx, ty, vx, vy = x[:2600], y[:2600], x[2600:], y[2600:]

net = nn.Sequential(nn.Linear(12, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 1))
opt = torch.optim.AdamW(net.parameters(), lr=2e-3)
loss_fn = nn.MSELoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=loss_fn, task="regression", record_to=OUT)
for epoch in range(8):
    order = torch.arange(2600) if epoch == 0 else torch.randperm(2600)
    for rows in order.split(50):
        loss = loss_fn(net(tx[rows]), ty[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
        doctor.step(loss, ty[rows])
    with torch.no_grad():
        val = loss_fn(net(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
