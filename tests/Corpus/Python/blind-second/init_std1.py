"""A convolutional classifier with its own weight initialisation."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(167)


def init(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        if REPAIRED:
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        else:
            nn.init.normal_(m.weight, 0.0, 1.0)
        nn.init.zeros_(m.bias)


x, y, vx, vy = digits(15)
x, vx = (x.view(-1, 1, 8, 8) - 4.9) / 6.0, (vx.view(-1, 1, 8, 8) - 4.9) / 6.0
net = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(16, 24, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(96, 32), nn.ReLU(), nn.Linear(32, 10))
net.apply(init)
if REPAIRED:
    nn.init.normal_(net[-1].weight, 0.0, 0.05)
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=F.cross_entropy, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    net.train()
    for i in torch.randperm(len(x)).split(40):
        loss = F.cross_entropy(net(x[i]), y[i])
        opt.zero_grad()
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        acc = (out.argmax(1) == vy).float().mean().item()
        doctor.evaluate(out, vy)
        doctor.validation(loss=F.cross_entropy(out, vy).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=acc)
