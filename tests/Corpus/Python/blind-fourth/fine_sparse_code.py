"""A sparse autoencoder: seven in ten units are silent for any one sample, as is wanted."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(455)
atoms = F.normalize(torch.randn(40, 32), dim=1)


def signals(n):
    on = (torch.rand(n, 40) < 0.08).float()
    return (on * (0.5 + torch.rand(n, 40))) @ atoms * 2.5 + 0.05 * torch.randn(n, 32)


class SparseAutoencoder(nn.Module):
    def __init__(self, units=96):
        super().__init__()
        self.encode = nn.Linear(32, units)
        self.decode = nn.Linear(units, 32)
        with torch.no_grad():
            self.decode.weight.copy_(F.normalize(torch.randn(32, units), dim=0))
            self.encode.weight.copy_(self.decode.weight.T)

    def forward(self, x):
        code = F.relu(self.encode(x))
        return self.decode(code), code


x, vx = signals(10000), signals(1500)
model = SparseAutoencoder()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(12):
    model.train()
    for rows in torch.randperm(len(x)).split(100):
        out, code = model(x[rows])
        loss = F.mse_loss(out, x[rows]) + 0.008 * code.sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            model.decode.weight.copy_(F.normalize(model.decode.weight, dim=0))
        doctor.step(loss, x[rows])
    model.eval()
    with torch.no_grad():
        out, code = model(vx)
        val = (F.mse_loss(out, vx) + 0.008 * code.sum(1).mean()).item()
        explained = 1 - (F.mse_loss(out, vx) / vx.var()).item()
        silent, dead = (code == 0).float().mean().item(), ((code > 0).sum(0) == 0).sum().item()
    doctor.validation(loss=val, explained=explained, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, explained=explained, silent=silent, dead=dead)
