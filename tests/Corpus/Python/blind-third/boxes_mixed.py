"""A box around the one bright object of a picture: distance and overlap together, as detectors do it."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(310)


def pictures(n):
    img, box = 0.2 * torch.randn(n, 1, 16, 16), torch.zeros(n, 4)
    for k in range(n):
        h, w = torch.randint(4, 10, (2,)).tolist()
        r, c = int(torch.randint(0, 17 - h, (1,))), int(torch.randint(0, 17 - w, (1,)))
        img[k, 0, r:r + h, c:c + w] += 1
        box[k] = torch.tensor([c, r, c + w, r + h]) / 16                       # left, top, right, bottom
    return img, box


def corners(b):
    return torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)


def overlap(a, b):
    inter = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).clamp(min=0).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inter
    return inter / union.clamp(min=1e-6)


def losses(out, box):
    """The network answers with centre and size."""
    target = torch.cat([(box[:, :2] + box[:, 2:]) / 2, box[:, 2:] - box[:, :2]], 1) if REPAIRED else box
    return F.l1_loss(out, target), 1 - overlap(corners(out), box).mean()


tx, tb = pictures(1600)
vx, vb = pictures(300)
features = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(12, 16, 3, padding=1), nn.ReLU(), nn.Flatten())
model = nn.Sequential(features, nn.Linear(16 * 64, 64), nn.ReLU(), nn.Linear(64, 4), nn.Sigmoid())
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(9):
    model.train()
    for rows in torch.randperm(len(tx)).split(32):
        l1, iou = losses(model(tx[rows]), tb[rows])
        loss = 5 * l1 + 2 * iou
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, tb[rows])
        doctor.report("loss_bbox", l1)
        doctor.report("loss_iou", iou)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        l1, iou = losses(out, vb)
    doctor.validation(loss=(5 * l1 + 2 * iou).item(), accuracy=1 - iou.item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), l1=l1.item(), overlap=1 - iou.item())
