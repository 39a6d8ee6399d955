import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, _, xv, _ = digits(scale=False)
if BUG:
    m, s = xt.mean(), xt.std()
    xt, xv = (xt - m) / s, (xv - m) / s      # standardised, while the decoder still answers with 0..1
else:
    xt, xv = xt / 16, xv / 16
class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 12))
        self.dec = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 64), nn.Sigmoid())
    def forward(self, x): return self.dec(self.enc(x))
ae = AE(); opt = torch.optim.Adam(ae.parameters(), 2e-3)
doctor = TrainingDoctor.attach(ae, optimizer=opt, loss=F.mse_loss, record_to=PATH)
for ep in range(25):
    for x, _ in batches(xt, xt):
        rec = ae(x); loss = F.mse_loss(rec, x)
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, x)
    with torch.no_grad(): v = F.mse_loss(ae(xv), xv).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v, "variance", xv.var().item())
