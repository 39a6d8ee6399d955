"""A small diffusion model of 8 x 8 digits."""
import math
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(137)
x, _, vx, _ = digits(13)
x, vx = x / 8.0 - 1.0, vx / 8.0 - 1.0
STEPS = 100
betas = torch.linspace(1e-3, 0.08, STEPS)
abar = torch.cumprod(1 - betas, 0)


class Denoiser(nn.Module):
    def __init__(self, h=128):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(16, h), nn.SiLU())
        self.inp, self.mid, self.out = nn.Linear(64, h), nn.Linear(h, h), nn.Linear(h, 64)

    def forward(self, x, t):
        f = torch.exp(-math.log(1000.0) * torch.arange(8) / 8)
        a = t[:, None].float() * f
        e = self.time(torch.cat([a.sin(), a.cos()], 1))
        h = F.silu(self.inp(x) + e)
        return self.out(h + F.silu(self.mid(h)))


def p_losses(x0, seed=None):
    g = torch.Generator().manual_seed(seed) if seed is not None else None
    t = torch.randint(0, STEPS, (len(x0),), generator=g)
    noise = torch.randn(x0.shape, generator=g)
    a = abar[t][:, None]
    noisy = a.sqrt() * x0 + (1 - a).sqrt() * noise
    target = noise if REPAIRED else noisy
    predicted = model(noisy, t)
    return F.mse_loss(predicted, target), target, (predicted, noise)


model = Denoiser()
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=F.mse_loss, task="diffusion", record_to=OUT)
for epoch in range(20):
    model.train()
    for i in torch.randperm(len(x)).split(70):
        loss, target, _ = p_losses(x[i])
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, target)
    model.eval()
    with torch.no_grad():
        val, target, (p, noise) = p_losses(vx, seed=1)
    doctor.validation(loss=val.item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val.item(), noise_error=F.mse_loss(p, noise).item())
