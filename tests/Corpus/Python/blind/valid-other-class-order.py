import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
train_index = {n: i for i, n in enumerate(names)}
valid_index = {n: i for i, n in enumerate(sorted(names))} if BUG else train_index    # ImageFolder sorts by name
yv = torch.tensor([valid_index[names[int(i)]] for i in yv])
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(12):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); vl = crit(o, yv).item(); acc = (o.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=vl, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
