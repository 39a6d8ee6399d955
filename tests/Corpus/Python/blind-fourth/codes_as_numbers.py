"""Takings of a hundred and fifty shops; the shop is given by its number."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(405)
SHOPS = 150
level = torch.randn(SHOPS)
effect = torch.tensor([0.5, -0.3, 0.2, 0.4])


def days(n):
    shop = torch.randint(0, SHOPS, (n,))
    weather = torch.randn(n, 4)
    return shop, weather, level[shop] + weather @ effect + 0.2 * torch.randn(n)


class Takings(nn.Module):
    def __init__(self):
        super().__init__()
        self.shop = nn.Embedding(SHOPS, 8) if REPAIRED else None
        self.body = nn.Sequential(nn.Linear((8 if REPAIRED else 1) + 4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, shop, weather):
        if self.shop is not None:
            s = self.shop(shop)
        else:
            s = (shop.float() / SHOPS).unsqueeze(1)
        return self.body(torch.cat([s, weather], 1)).squeeze(1)


shop, weather, y = days(12000)
vshop, vweather, vy = days(1500)
model = Takings()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(len(y)).split(100):
        loss = F.mse_loss(model(shop[rows], weather[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        val = F.mse_loss(model(vshop, vweather), vy).item()
    doctor.validation(loss=val, r2=1 - val / vy.var().item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / vy.var().item())
