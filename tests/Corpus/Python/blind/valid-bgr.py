import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n = 1800
y = torch.randint(0, 4, (n,))
img = torch.randn(n, 3, 8, 8) * 0.35 + torch.tensor([0.6, 0.1, -0.5]).view(1, 3, 1, 1)
shade = torch.tensor([[1., 0, 0], [0, 0, 1.], [.6, .6, 0], [0, .6, .6]]) * 0.8
img[:, :, 2:6, 2:6] += shade[y].view(n, 3, 1, 1)
xt, yt, xv, yv = img[400:], y[400:], img[:400], y[:400]
if BUG: xv = xv.flip(1)              # read with cv2, training with PIL
net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 4))
opt = torch.optim.Adam(net.parameters(), 3e-3)
crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, task="multiclass-classification", record_to=PATH)
for ep in range(10):
    net.train()
    for a, b in batches(xt, yt, 50):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
