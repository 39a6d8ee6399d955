import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(1)
xt, yt, xv, yv = digits(scale=False)
pixels = lambda x: (x * 15.9).round().clamp(0, 255)        # as 8 bit images
to_tensor = lambda img: img / 255
prepare = (lambda img: to_tensor(img) / 255) if BUG else to_tensor    # ToTensor() divides already
xt, xv = prepare(pixels(xt)), prepare(pixels(xv))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2, self.fc = nn.Conv2d(1, 12, 3), nn.Conv2d(12, 24, 3), nn.Linear(24 * 16, 10)
    def forward(self, x):
        x = F.relu(self.c1(x.view(-1, 1, 8, 8)))
        return self.fc(F.relu(self.c2(x)).flatten(1))
net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=F.cross_entropy, record_to=PATH)
for epoch in range(12):
    for x, y in batches(xt, yt):
        opt.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward(); opt.step()
        doctor.step(loss, y)
    with torch.no_grad():
        o = net(xv)
    acc = (o.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=F.cross_entropy(o, yv).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
print("result", loss.item(), acc)
