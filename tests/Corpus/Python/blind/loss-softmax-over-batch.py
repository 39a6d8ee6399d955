import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(1)
xt, yt, xv, yv = digits()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 64), nn.Linear(64, 10)
        self.softmax = nn.LogSoftmax(dim=0 if BUG else 1)
    def forward(self, x):
        return self.softmax(self.fc2(torch.relu(self.fc1(x))))
net = Net()
opt = torch.optim.Adam(net.parameters(), 1e-3)
crit = nn.NLLLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(15):
    net.train()
    for x, y in batches(xt, yt, 48):
        opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step(); doctor.step(loss, y)
    net.eval()
    with torch.no_grad():
        o = net(xv); acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
