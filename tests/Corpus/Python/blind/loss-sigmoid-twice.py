import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
x = torch.randn(3000, 12); w = torch.randn(12, 5)
y = ((torch.tanh(x @ w) + 0.2 * torch.randn(3000, 5)) > 0.5).float()     # five tags, several at once
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.f1 = nn.Linear(12, 48); self.f2 = nn.Linear(48, 5)
    def forward(self, x):
        z = self.f2(torch.relu(self.f1(x)))
        return torch.sigmoid(z) if BUG else z
net = Tagger()
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
crit = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(12):
    for a, b in batches(x[600:], y[600:], 48):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    with torch.no_grad():
        o = net(x[:600]); acc = ((o > (0.5 if BUG else 0)).float() == y[:600]).float().mean().item()
        doctor.validation(loss=crit(o, y[:600]).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
