import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, _, xv, _ = digits(scale=False); xt, xv = xt / 16, xv / 16
class VAE(nn.Module):
    def __init__(self, z=8):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(64, 96), nn.ReLU())
        self.mu, self.logvar = nn.Linear(96, z), nn.Linear(96, z)
        self.dec = nn.Sequential(nn.Linear(z, 96), nn.ReLU(), nn.Linear(96, 64), nn.Sigmoid())
    def forward(self, x):
        h = self.enc(x); mu, lv = self.mu(h), self.logvar(h)
        return self.dec(mu + torch.randn_like(mu) * (0.5 * lv).exp()), mu, lv
vae = VAE(); opt = torch.optim.Adam(vae.parameters(), 2e-3)
def parts(x):
    r, mu, lv = vae(x)
    kl = -0.5 * (1 + lv - mu ** 2 - lv.exp()).sum()
    if BUG: return F.mse_loss(r, x), kl / len(x)                           # mean over pixels against sum over latents
    return F.mse_loss(r, x, reduction="sum") / len(x) * 4, kl / len(x)
doctor = TrainingDoctor.attach(vae, optimizer=opt, record_to=PATH)
for ep in range(40):
    vae.train()
    for x, _ in batches(xt, xt):
        rec, kl = parts(x); loss = rec + kl
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, x)
        doctor.report("kl", kl); doctor.report("reconstruction_loss", rec)
    vae.eval()
    with torch.no_grad():
        r, k = parts(xv); doctor.validation(loss=(r + k).item(), epoch=ep + 1)
doctor.complete(); print("result", loss.item(), rec.item(), kl.item(), F.mse_loss(vae(xv)[0], xv).item(), xv.var(0).mean().item())
