"""A training with loss scaling (as for float16) and gradient clipping."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(101)
SCALE = 2.0 ** 16
x, y, vx, vy = digits(7)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0
net = nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.GELU(), nn.Linear(64, 10))
opt = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
criterion = nn.CrossEntropyLoss()


def unscale():
    for p in net.parameters():
        p.grad.div_(SCALE)


doctor = TrainingDoctor.attach(net, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(6):
    net.train()
    for i in torch.randperm(len(x)).split(40):
        opt.zero_grad()
        loss = criterion(net(x[i]), y[i])
        (loss * SCALE).backward()
        if REPAIRED:
            unscale()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        else:
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            unscale()
        opt.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
