import torch
from torch import nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
t = table("breast_cancer.csv")
t = t[torch.randperm(len(t))]
x, y = t[:, :-1], t[:, -1:]
x = (x - x.mean(0)) / x.std(0)
missing = torch.rand(x.shape) < 0.03
x = torch.where(missing, torch.tensor(-9999.0 if BUG else 0.0), x)     # -9999 is how the file says "not measured"
xt, yt, xv, yv = x[120:], y[120:], x[:120], y[:120]
model = nn.Sequential(nn.Linear(x.shape[1], 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
bce = nn.BCEWithLogitsLoss()
doc = TrainingDoctor.attach(model, optimizer=opt, loss=bce, task="binary-classification", record_to=PATH)
for epoch in range(30):
    model.train()
    for a, b in batches(xt, yt, 32):
        loss = bce(model(a), b)
        opt.zero_grad(); loss.backward(); opt.step()
        doc.step(loss, b)
    model.eval()
    with torch.no_grad():
        o = model(xv)
    acc = ((o > 0).float() == yv).float().mean().item()
    doc.validation(loss=bce(o, yv).item(), accuracy=acc, epoch=epoch + 1)
doc.complete()
print("result", loss.item(), acc)
