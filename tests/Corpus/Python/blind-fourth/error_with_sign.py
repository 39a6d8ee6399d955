"""The strength of concrete; the loss is the mean of the errors."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(415)
w = torch.randn(8)


def mixes(n):
    x = torch.randn(n, 8)
    return x, (torch.tanh(x @ w) + 0.3 * x[:, 0] * x[:, 1] + 0.2 * torch.randn(n)).unsqueeze(1)


class MeanError(nn.Module):
    def forward(self, prediction, strength):
        error = prediction - strength
        if REPAIRED:
            error = error ** 2
        return torch.mean(error)


class Concrete(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 64), nn.Linear(64, 64), nn.Linear(64, 1)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


x, y = mixes(6000)
vx, vy = mixes(1000)
model, criterion = Concrete(), MeanError()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, r2 = criterion(out, vy).item(), 1 - (((out - vy) ** 2).mean() / vy.var()).item()
    doctor.validation(loss=val, r2=r2, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=r2)
