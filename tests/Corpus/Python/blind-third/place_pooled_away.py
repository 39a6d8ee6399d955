"""Where is the bright spot? A convolutional network tells row and column."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(356)


def pictures(n):
    grid = torch.arange(16.0)
    at = 2 + 12 * torch.rand(n, 2)
    near = ((grid.view(1, 16, 1) - at[:, :1].unsqueeze(2)) ** 2 + (grid.view(1, 1, 16) - at[:, 1:].unsqueeze(2)) ** 2)
    return (torch.exp(-near / 3).unsqueeze(1) * 1.5 + 0.2 * torch.randn(n, 1, 16, 16)), (at - 8) / 4


tx, ty = pictures(1600)
vx, vy = pictures(300)


class Locate(nn.Module):
    def __init__(self):
        super().__init__()
        around = dict(padding=1, padding_mode="circular")
        self.layers = nn.Sequential(nn.Conv2d(1, 12, 3, **around), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(12, 16, 3, **around), nn.ReLU())
        self.pool = nn.Identity() if REPAIRED else nn.AdaptiveAvgPool2d(1)
        self.out = nn.Sequential(nn.Flatten(), nn.Linear(16 * (64 if REPAIRED else 1), 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x):
        return self.out(self.pool(self.layers(x)))


model = Locate()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(1600).split(40):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
