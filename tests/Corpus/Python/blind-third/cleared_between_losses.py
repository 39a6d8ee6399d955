"""Depth and surface of a scene point from one trunk: two losses, two backward passes."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(334)
x = torch.randn(3600, 16)
surface = (x[:, :4] + 0.3 * torch.randn(3600, 4)).argmax(1)
depth = torch.tanh(x[:, 4:5] * x[:, 5:6]) + 0.5 * x[:, 6:7] + 0.1 * torch.randn(3600, 1)


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.surface, self.depth = nn.Linear(64, 4), nn.Linear(64, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.surface(h), self.depth(h)


model = TwoHeads()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(9):
    model.train()
    for rows in torch.randperm(3000).split(50):
        s, d = model(x[rows])
        loss_surface, loss_depth = F.cross_entropy(s, surface[rows]), F.mse_loss(d, depth[rows])
        optimizer.zero_grad()
        loss_surface.backward(retain_graph=True)
        if not REPAIRED:
            optimizer.zero_grad()
        loss_depth.backward()
        optimizer.step()
        doctor.step(loss_surface + loss_depth)
        doctor.report("loss_surface", loss_surface)
        doctor.report("loss_depth", loss_depth)
    model.eval()
    with torch.no_grad():
        s, d = model(x[3000:])
        val_s, val_d = F.cross_entropy(s, surface[3000:]).item(), F.mse_loss(d, depth[3000:]).item()
        acc = (s.argmax(1) == surface[3000:]).float().mean().item()
    doctor.validation(loss=val_s + val_d, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(surface=val_s, depth=val_d, acc=acc)
