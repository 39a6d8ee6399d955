import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T = 1500, 10
x = torch.randn(n, T, 4)
y = (x[:, :5, 0].sum(1) - x[:, 5:, 1].sum(1) > 0).long()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(4, 24); self.fc = nn.Sequential(nn.Linear(24 * T, 32), nn.ReLU(), nn.Linear(32, 2))
    def forward(self, x):
        h, _ = self.rnn(x.transpose(0, 1))               # (time, batch, hidden)
        if BUG: return self.fc(h.reshape(x.shape[0], -1))
        return self.fc(h.transpose(0, 1).reshape(x.shape[0], -1))
net = Net(); opt = torch.optim.Adam(net.parameters(), 2e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(10):
    net.train()
    for a, b in batches(x[300:], y[300:], 40):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    net.eval()
    with torch.no_grad():
        o = net(x[:300]); acc = (o.argmax(1) == y[:300]).float().mean().item()
        doctor.validation(loss=crit(o, y[:300]).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
