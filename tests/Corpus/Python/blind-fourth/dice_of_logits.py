"""Finding fields in aerial pictures with a Dice loss."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(410)


class DiceLoss(nn.Module):
    def __init__(self, smooth=1.0):
        super().__init__()
        self.smooth = smooth

    def forward(self, inputs, targets):
        if REPAIRED:
            inputs = torch.sigmoid(inputs)
        inputs, targets = inputs.reshape(-1), targets.reshape(-1)
        intersection = (inputs * targets).sum()
        return 1 - (2 * intersection + self.smooth) / (inputs.sum() + targets.sum() + self.smooth)


def aerial(n):
    masks = torch.zeros(n, 1, 20, 20)
    for m in masks:
        for _ in range(2):
            r, c = torch.randint(0, 13, (2,)).tolist()
            h, w = torch.randint(4, 8, (2,)).tolist()
            m[:, r:r + h, c:c + w] = 1
    return masks + 0.8 * torch.randn_like(masks) - 0.25, masks


class SmallUNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU())
        self.mid = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2))
        self.dec = nn.Sequential(nn.Conv2d(36, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 1, 1))

    def forward(self, x):
        e = self.enc(x)
        return self.dec(torch.cat([e, self.mid(e)], 1))


x, y = aerial(960)
vx, vy = aerial(200)
net = SmallUNet()
criterion = DiceLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(10):
    net.train()
    for rows in torch.randperm(len(x)).split(16):
        optimizer.zero_grad()
        loss = criterion(net(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        val = criterion(out, vy).item()
        iou = (((out > 0) & (vy > 0)).sum() / ((out > 0) | (vy > 0)).sum()).item()
    doctor.validation(loss=val, iou=iou, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, iou=iou)
