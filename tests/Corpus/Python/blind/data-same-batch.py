import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(5)
xt, yt, xv, yv = digits()
loader = DataLoader(TensorDataset(xt, yt), batch_size=64, shuffle=not BUG)
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
stream = iter(loader)
for step in range(400):
    if BUG:
        x, y = next(iter(loader))      # a new iterator at every step: always the first batch
    else:
        try: x, y = next(stream)
        except StopIteration:
            stream = iter(loader); x, y = next(stream)
    opt.zero_grad(); loss = crit(net(x), y); loss.backward(); opt.step()
    doctor.step(loss, y)
    if step % 40 == 39:
        net.eval()
        with torch.no_grad(): o = net(xv)
        acc = (o.argmax(1) == yv).float().mean().item()
        doctor.validation(loss=crit(o, yv).item(), accuracy=acc)
        net.train()
doctor.complete()
print("result", loss.item(), acc)
