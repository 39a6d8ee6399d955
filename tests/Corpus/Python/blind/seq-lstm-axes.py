import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T = 1600, 12
x = torch.randn(n, T, 3)
y = ((x[:, :, 0].sum(1) > 0).long() + 2 * (x[:, -1, 1] > 0).long())
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 32, batch_first=not BUG)
        self.out = nn.Linear(32, 4)
    def forward(self, x):                 # x: (batch, time, features)
        h, _ = self.rnn(x)
        return self.out(h[:, -1])
net = Net(); opt = torch.optim.Adam(net.parameters(), 3e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(20):
    net.train()
    for a, b in batches(x[300:], y[300:], 50):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    net.eval()
    with torch.no_grad():
        o = net(x[:300]); acc = (o.argmax(1) == y[:300]).float().mean().item()
        doctor.validation(loss=crit(o, y[:300]).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
