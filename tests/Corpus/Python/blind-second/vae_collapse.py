"""A variational autoencoder of digits."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(113)
x, _, vx, _ = digits(11)
x, vx = x / 16.0, vx / 16.0


class Vae(nn.Module):
    def __init__(self, z=6):
        super().__init__()
        self.enc, self.mu, self.logvar = nn.Linear(64, 64), nn.Linear(64, z), nn.Linear(64, z)
        self.dec1, self.dec2 = nn.Linear(z, 64), nn.Linear(64, 64)

    def forward(self, x):
        h = F.relu(self.enc(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        return torch.sigmoid(self.dec2(F.relu(self.dec1(z)))), mu, logvar


def elbo(out, target):
    recon, mu, logvar = out
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    if REPAIRED:
        mse, kl = F.mse_loss(recon, target, reduction="sum") / len(target) / 0.1, kl / len(target)
    else:
        mse = F.mse_loss(recon, target)                # mean over pixels against a sum over the batch
    return mse + kl, mse, kl


model = Vae()
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=opt, task="variational", record_to=OUT)
for epoch in range(24):
    model.train()
    for i in torch.randperm(len(x)).split(50):
        loss, mse, kl = elbo(model(x[i]), x[i])
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, x[i])
        doctor.report("reconstruction_loss", mse)
        doctor.report("kl_loss", kl)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val = elbo(out, vx)[0].item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
err = F.mse_loss(out[0], vx).item() / (vx - vx.mean(0)).pow(2).mean().item()
done(train=loss.item(), kl=kl.item(), unexplained=err)
