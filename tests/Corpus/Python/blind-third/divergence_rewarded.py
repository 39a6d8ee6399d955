"""A variational autoencoder of short melodies, with the terms of the bound written by hand."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(367)
t = torch.linspace(0, 6.28318, 24)
x = torch.sin(t * (1 + torch.randint(0, 3, (3200, 1))) + 6.28318 * torch.rand(3200, 1)) * (0.5 + torch.rand(3200, 1)) + 0.05 * torch.randn(3200, 24)
tx, vx = x[:2800], x[2800:]


class Vae(nn.Module):
    def __init__(self, z=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 2 * z))
        self.decoder = nn.Sequential(nn.Linear(z, 64), nn.ReLU(), nn.Linear(64, 24))

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decoder(z), mean, log_variance


def bound(out, x):
    recon, mean, log_variance = out
    kl = 0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp()).sum(1).mean()
    if REPAIRED:
        kl = -kl
    return F.mse_loss(recon, x, reduction="none").sum(1).mean() / 0.2, kl


model = Vae()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="variational", record_to=OUT)
for epoch in range(12):
    model.train()
    for rows in torch.randperm(2800).split(56):
        recon, kl = bound(model(tx[rows]), tx[rows])
        loss = recon + kl
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 20.0)
        optimizer.step()
        doctor.step(loss, tx[rows])
        doctor.report("reconstruction_loss", recon)
        doctor.report("kl_loss", kl)
    model.eval()
    with torch.no_grad():
        r, k = bound(model(vx), vx)
    doctor.validation(loss=(r + k).item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), recon=r.item(), kl=k.item())
