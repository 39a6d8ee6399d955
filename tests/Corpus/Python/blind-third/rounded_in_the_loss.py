"""Counting objects: the answer is made a whole number before it is compared."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(341)


def scenes(n):
    img, count = 0.2 * torch.randn(n, 1, 16, 16), torch.randint(0, 8, (n,))
    for k in range(n):
        for _ in range(int(count[k])):
            r, c = torch.randint(1, 15, (2,)).tolist()
            img[k, 0, r, c] += 2
    return img, count.float().unsqueeze(1)


x, y = scenes(1600)
vx, vy = scenes(300)


class Count(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())
        self.out = nn.Linear(8, 1)

    def forward(self, x):
        return self.out(self.layers(x).sum((2, 3)) / 16)


model = Count()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
criterion = nn.L1Loss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(8):
    for rows in torch.randperm(1600).split(32):
        out = model(x[rows])
        loss = criterion(out if REPAIRED else torch.round(out), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    with torch.no_grad():
        val = criterion(torch.round(model(vx)), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
