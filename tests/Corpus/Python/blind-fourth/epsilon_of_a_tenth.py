"""The energy of small molecules; the optimizer's settings come from an older paper."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(425)
pairs = torch.randn(12, 6) / 3


def molecules(n):
    x = torch.randn(n, 12)
    return x, (torch.cos(x @ pairs * 1.4).sum(1, keepdim=True) / 2 + 0.1 * torch.randn(n, 1))


class Energy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(12, 96), nn.SiLU(), nn.Linear(96, 96), nn.SiLU(), nn.Linear(96, 1))

    def forward(self, x):
        return self.net(x)


x, y = molecules(16000)
mean, std = y.mean(), y.std()
y = (y - mean) / std
vx, vy = molecules(1500)
vy = (vy - mean) / std
model = Energy()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8 if REPAIRED else 0.1)
criterion = nn.SmoothL1Loss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(12):
    model.train()
    for rows in torch.randperm(len(x)).split(128):
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, r2 = criterion(out, vy).item(), 1 - (((out - vy) ** 2).mean() / vy.var()).item()
    doctor.validation(loss=val, r2=r2, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=r2)
