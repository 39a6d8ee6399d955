"""An autoencoder for standardised vibration signals of 64 samples, eight numbers in the middle."""
import math

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(31)


def vibrations(n):
    t = torch.linspace(0, 1, 64)
    f = 1 + 3 * torch.rand(n, 1)
    p = 2 * math.pi * torch.rand(n, 1)
    a = 0.5 + torch.rand(n, 1)
    s = a * torch.sin(2 * math.pi * f * t + p) + 0.05 * torch.randn(n, 64)
    return (s - s.mean()) / s.std()


encoder = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
decoder_layers = [nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 64)]
if not REPAIRED:
    decoder_layers.append(nn.Sigmoid())
decoder = nn.Sequential(*decoder_layers)
autoencoder = nn.Sequential(encoder, decoder)

train = vibrations(4000)
valid = vibrations(500)
optimizer = torch.optim.Adam(autoencoder.parameters(), lr=2e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(autoencoder, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(15):
    autoencoder.train()
    sum_loss = 0.0
    for batch in train[torch.randperm(len(train))].split(64):
        reconstruction = autoencoder(batch)
        loss = criterion(reconstruction, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, batch)
        sum_loss += loss.item() * len(batch)
    autoencoder.eval()
    with torch.no_grad():
        val = criterion(autoencoder(valid), valid).item()
    print("Epoch {}: loss {:.4f}, validation {:.4f}".format(epoch + 1, sum_loss / len(train), val))
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(doctor, train=sum_loss / len(train), val=val)
