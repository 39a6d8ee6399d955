import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
enc = nn.Sequential(nn.Linear(64, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Linear(128, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 32))
pred = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))
model = nn.ModuleDict(dict(encoder=enc, predictor=pred))
opt = torch.optim.Adam(model.parameters(), 1e-3)
aug = lambda x: x + 0.25 * torch.randn_like(x)
def D(p, z):
    return -F.cosine_similarity(p, z if BUG else z.detach(), dim=1).mean()
doctor = TrainingDoctor.attach(model, optimizer=opt, record_to=PATH)
def nt_xent(a, b, t=0.2):
    s = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / t
    return F.cross_entropy(s, torch.arange(len(a)))
for ep in range(20):
    for x, _ in batches(xt, yt, 64):
        z1, z2 = enc(aug(x)), enc(aug(x))
        loss = D(pred(z1), z2) / 2 + D(pred(z2), z1) / 2
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss)
doctor.complete()
enc.eval()
with torch.no_grad():
    a, b = F.normalize(enc(xt), dim=1), F.normalize(enc(xv), dim=1)
    print("result", loss.item(), "knn", (yt[(b @ a.T).argmax(1)] == yv).float().mean().item(), "spread", b.std(0).mean().item())
