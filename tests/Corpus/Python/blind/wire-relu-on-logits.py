import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(64, 64), nn.Linear(64, 32), nn.Linear(32, 10)
        with torch.no_grad(): self.fc3.bias.fill_(-0.1)
    def forward(self, x):
        x = F.relu(self.fc1(x)); x = F.relu(self.fc2(x))
        return F.relu(self.fc3(x)) if BUG else self.fc3(x)
net = Net(); opt = torch.optim.SGD(net.parameters(), 0.02, momentum=0.9); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    net.train()
    for x, y in batches(xt, yt):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
