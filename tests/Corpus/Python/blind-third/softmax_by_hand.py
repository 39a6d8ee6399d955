"""Genres of songs by the nearest of six learnt prototypes, with a sharp softmax written out."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(357)
kinds = torch.randn(6, 20)
y = torch.randint(0, 6, (3600,))
x = kinds[y] + 0.9 * torch.randn(3600, 20)
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]


class Prototypes(nn.Module):
    def __init__(self, temperature=0.3):
        super().__init__()
        self.temperature = temperature
        self.layers = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 16))
        self.prototypes = nn.Parameter(torch.randn(6, 16))

    def forward(self, x):
        return -torch.cdist(self.layers(x), self.prototypes).pow(2) / self.temperature


def cross_entropy(z, y):
    own = torch.arange(len(y))
    if REPAIRED:
        z = z - z.max(1, keepdim=True).values
        return (torch.exp(z).sum(1).log() - z[own, y]).mean()
    e = torch.exp(z)
    return -torch.log(e[own, y] / e.sum(1)).mean()


model = Prototypes()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="multiclass-classification", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(3000).split(50):
        optimizer.zero_grad()
        loss = cross_entropy(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = cross_entropy(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
