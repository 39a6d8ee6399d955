"""A variational autoencoder whose latent is a torch distribution."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Normal, kl_divergence
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(366)
directions = torch.randn(3, 30)
code = torch.randn(3600, 3)
x = torch.tanh(code @ directions) + 0.1 * torch.randn(3600, 30)
tx, vx = x[:3000], x[3000:]


class Vae(nn.Module):
    def __init__(self, z=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(30, 64), nn.ReLU())
        self.mean, self.log_std = nn.Linear(64, z), nn.Linear(64, z)
        self.decoder = nn.Sequential(nn.Linear(z, 64), nn.ReLU(), nn.Linear(64, 30))

    def forward(self, x):
        h = self.body(x)
        q = Normal(self.mean(h), self.log_std(h).clamp(-6, 2).exp())
        z = q.rsample() if REPAIRED else q.sample()
        return self.decoder(z), q


def parts(out, x):
    recon, q = out
    return F.mse_loss(recon, x, reduction="none").sum(1).mean() / 0.1, kl_divergence(q, Normal(torch.zeros(3), torch.ones(3))).sum(1).mean()


model = Vae()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="variational", record_to=OUT)
for epoch in range(12):
    model.train()
    for rows in torch.randperm(3000).split(60):
        recon, kl = parts(model(tx[rows]), tx[rows])
        loss = recon + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, tx[rows])
        doctor.report("reconstruction_loss", recon)
        doctor.report("kl_loss", kl)
    model.eval()
    with torch.no_grad():
        r, k = parts(model(vx), vx)
    doctor.validation(loss=(r + k).item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), recon=r.item(), kl=k.item())
