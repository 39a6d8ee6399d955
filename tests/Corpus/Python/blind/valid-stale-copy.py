import copy
import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
class Trainer:
    def __init__(self):
        self.model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
        self.best = copy.deepcopy(self.model)
        self.opt = torch.optim.Adam(self.model.parameters(), 1e-3)
        self.crit = nn.CrossEntropyLoss()
    def evaluate(self):
        m = self.best if BUG else self.model
        m.eval()
        with torch.no_grad():
            o = m(xv)
        return self.crit(o, yv).item(), (o.argmax(1) == yv).float().mean().item()
t = Trainer()
doctor = TrainingDoctor.attach(t.model, optimizer=t.opt, loss=t.crit, record_to=PATH)
for ep in range(12):
    t.model.train()
    for x, y in batches(xt, yt):
        t.opt.zero_grad(); loss = t.crit(t.model(x), y); loss.backward(); t.opt.step(); doctor.step(loss, y)
    vl, acc = t.evaluate()
    doctor.validation(loss=vl, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), vl, acc)
