"""Self-supervised features of digits in the manner of SimSiam."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(127)
x, y, vx, vy = digits(12)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0


def augment(images):
    keep = (torch.rand_like(images) > 0.25).float()
    return images * keep + 0.2 * torch.randn_like(images)


class SimSiam(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(64, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Linear(96, 64), nn.BatchNorm1d(64), nn.ReLU())
        last = nn.BatchNorm1d(d, affine=False) if REPAIRED else nn.Identity()
        self.projector = nn.Sequential(nn.Linear(64, d), last)
        self.predictor = nn.Sequential(nn.Linear(d, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, d))

    def forward(self, a, b):
        za, zb = self.projector(self.backbone(a)), self.projector(self.backbone(b))
        pa, pb = self.predictor(za), self.predictor(zb)
        if REPAIRED:
            za, zb = za.detach(), zb.detach()
        return pa, pb, za, zb


def distance(p, z):
    return -F.cosine_similarity(p, z, dim=1).mean()


model = SimSiam()
opt = torch.optim.SGD(model.parameters(), lr=0.06, momentum=0.9, weight_decay=5e-4)
doctor = TrainingDoctor.attach(model, optimizer=opt, task="self-supervised", record_to=OUT)
for epoch in range(10):
    model.train()
    for i in torch.randperm(len(x)).split(70):
        pa, pb, za, zb = model(augment(x[i]), augment(x[i]))
        loss = 0.5 * distance(pa, zb) + 0.5 * distance(pb, za)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss)
        doctor.report("embedding_std", F.normalize(za.detach(), dim=1).std(0).mean())
    doctor.epoch(epoch + 1)
doctor.complete()
model.eval()
with torch.no_grad():
    a, b = F.normalize(model.projector(model.backbone(x)), dim=1), F.normalize(model.projector(model.backbone(vx)), dim=1)
done(loss=loss.item(), spread=b.std(0).mean().item(), knn=(y[(b @ a.T).argmax(1)] == vy).float().mean().item())
