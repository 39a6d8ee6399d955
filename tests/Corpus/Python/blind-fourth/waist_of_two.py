"""An autoencoder for gene activity; the code is smaller than meant."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(430)
factors = torch.randn(14, 60) / 14 ** 0.5


def cells(n):
    return torch.randn(n, 14) @ factors + 0.15 * torch.randn(n, 60)


class AutoEncoder(nn.Module):
    def __init__(self, code=24 if REPAIRED else 2):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(60, 128), nn.ReLU(), nn.Linear(128, code))
        self.decoder = nn.Sequential(nn.Linear(code, 128), nn.ReLU(), nn.Linear(128, 60))

    def forward(self, x):
        return self.decoder(self.encoder(x))


x, vx = cells(8000), cells(1000)
mean, std = x.mean(0), x.std(0)
x, vx = (x - mean) / std, (vx - mean) / std
model = AutoEncoder()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(x)).split(80):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), x[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, x[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vx).item()
    doctor.validation(loss=val, explained=1 - val / vx.var().item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, explained=1 - val / vx.var().item())
