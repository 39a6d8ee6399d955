import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(2)
xt, yt, xv, yv = digits()
net = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 36, 10))
opt = torch.optim.Adam(net.parameters(), 1e-3)
loss_fn = lambda out, y: F.nll_loss(out if BUG else F.log_softmax(out, 1), y)
doctor = TrainingDoctor.attach(net, optimizer=opt, record_to=PATH)
for ep in range(10):
    total = 0
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = loss_fn(net(x), y); loss.backward(); opt.step(); doctor.step(loss.detach(), y)
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=loss_fn(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
