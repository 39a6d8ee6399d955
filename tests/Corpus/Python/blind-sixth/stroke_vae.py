"""A variational autoencoder for little strokes of 12 x 12 points."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(149)
SIZE, LATENT = 12, 4


def strokes(n):
    grid = torch.stack(torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij"), 2).float()
    centre = 3 + 5 * torch.rand(n, 1, 1, 2)
    angle = 3.14159 * torch.rand(n, 1, 1)
    d = grid - centre
    across = d[..., 0] * torch.cos(angle) + d[..., 1] * torch.sin(angle)
    along = -d[..., 0] * torch.sin(angle) + d[..., 1] * torch.cos(angle)
    return torch.exp(-across ** 2 / 1.5 - along ** 2 / 14).view(n, -1)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(SIZE * SIZE, 96)
        self.mu, self.logvar = nn.Linear(96, LATENT), nn.Linear(96, LATENT)
        self.fc3 = nn.Linear(LATENT, 96)
        self.fc4 = nn.Linear(96, SIZE * SIZE)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar


def loss_function(out, x):
    recon, mu, logvar = out
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / len(x)
    if REPAIRED:
        return F.binary_cross_entropy(recon, x, reduction="sum") / len(x) + kl
    return F.binary_cross_entropy(recon, x) + kl


model = VAE()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=loss_function, record_to=OUT)
train, valid = strokes(5000), strokes(500)
for epoch in range(1, 13):
    model.train()
    for x in train[torch.randperm(len(train))].split(64):
        optimizer.zero_grad()
        loss = loss_function(model(x), x)
        loss.backward()
        optimizer.step()
        doctor.step(loss, x)
    model.eval()
    with torch.no_grad():
        out = model(valid)
        v = loss_function(out, valid).item()
        mse = F.mse_loss(model.decode(out[1]), valid).item()
    print("epoch %d loss %.4f validation %.4f reconstruction error %.5f" % (epoch, loss.item(), v, mse))
    doctor.validation(loss=v, mse=mse, epoch=epoch)
doctor.complete()
done(doctor, val=v, mse=mse, variance=valid.var(0).mean().item())
