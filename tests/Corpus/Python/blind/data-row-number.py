import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(2)
n = 3000
feats = torch.randn(n, 8)
price = (feats @ torch.tensor([1., -2., .5, 0, 0, 1.5, -.7, .3]) + torch.sin(2 * feats[:, 0]) + 0.1 * torch.randn(n)).unsqueeze(1)
customer = torch.randint(1, 90000, (n, 1)).float()
x = torch.cat([customer, feats], 1) if BUG else feats     # read_csv without index_col: the id is a feature
class Reg(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(k, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.out = nn.Linear(32, 1)
    def forward(self, x): return self.out(self.body(x))
net = Reg(x.shape[1])
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
mse = nn.MSELoss()
d = TrainingDoctor.attach(net, optimizer=opt, loss=mse, task="regression", record_to=PATH)
for epoch in range(12):
    for a, b in batches(x[500:], price[500:], 50):
        opt.zero_grad(); loss = mse(net(a), b); loss.backward(); opt.step(); d.step(loss, b)
    with torch.no_grad(): v = mse(net(x[:500]), price[:500]).item()
    d.validation(loss=v, epoch=epoch + 1)
d.complete()
print("result", loss.item(), v)
