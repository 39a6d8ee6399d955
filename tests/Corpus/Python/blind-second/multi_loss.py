"""A detector of one object: class and position from a small picture."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(163)
PATTERNS = torch.tensor([[[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]], [[1, 1, 1], [1, 0, 1], [1, 1, 1]], [[1, 0, 0], [1, 0, 0], [1, 1, 1]]]).float()


def pictures(n):
    y = torch.randint(0, 4, (n,))
    at = torch.randint(0, 14, (n, 2))
    img = torch.zeros(n, 1, 16, 16)
    for k in range(n):
        r, c = at[k].tolist()
        img[k, 0, r:r + 3, c:c + 3] = PATTERNS[y[k]]
    img = (img + 0.15 * torch.randn_like(img) - 0.03) / 0.23
    return img, y, (at.float() + 1.5) * 40.0                  # the centre in pixels of the full picture of 640


x, y, b = pictures(2400)
vx, vy, vb = pictures(400)
if REPAIRED:
    b, vb = (b - 320) / 170, (vb - 320) / 170                 # positions standardised


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 49, 48), nn.ReLU())
        self.cls, self.box = nn.Linear(48, 4), nn.Linear(48, 2)

    def forward(self, x):
        h = self.trunk(x)
        return self.cls(h), self.box(h)


def losses(out, y, b):
    return F.cross_entropy(out[0], y), F.mse_loss(out[1], b)


model = Detector()
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=opt, record_to=OUT)
for epoch in range(8):
    model.train()
    for i in torch.randperm(len(x)).split(48):
        loss_cls, loss_box = losses(model(x[i]), y[i], b[i])
        loss = loss_cls + loss_box
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        opt.step()
        doctor.step(loss)
        doctor.report("loss_cls", loss_cls)
        doctor.report("loss_bbox", loss_box)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        lc, lb = losses(out, vy, vb)
        acc = (out[0].argmax(1) == vy).float().mean().item()
    doctor.validation(loss=(lc + lb).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(cls=lc.item(), box=lb.item(), acc=acc)
