"""Segmentation of discs and squares; masks go through the same ToTensor as images."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(7)


def scene(n):
    yy, xx = torch.meshgrid(torch.arange(20.), torch.arange(20.), indexing="ij")
    mask = torch.zeros(n, 20, 20, dtype=torch.uint8)
    for k in range(n):
        cx, cy, r = (torch.rand(3) * torch.tensor([12., 12., 2.5]) + torch.tensor([4., 4., 2.5])).tolist()
        mask[k][(xx - cx) ** 2 + (yy - cy) ** 2 < r * r] = 1
        cx, cy, r = (torch.rand(3) * torch.tensor([12., 12., 2.]) + torch.tensor([4., 4., 2.]) ).tolist()
        mask[k][((xx - cx).abs() < r) & ((yy - cy).abs() < r)] = 2
    levels = torch.tensor([[0.2, 0.3, 0.4], [0.7, 0.4, 0.2], [0.3, 0.8, 0.6]])
    image = levels[mask.long()].permute(0, 3, 1, 2) + 0.12 * torch.randn(n, 3, 20, 20)
    return image, mask


def to_tensor(m):
    return m.float() / 255.0


def labels(m):
    return m.long() if REPAIRED else to_tensor(m).long()


x, m = scene(500)
vx, vm = scene(120)
mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
x, vx = (x - mean) / std, (vx - mean) / std
net = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 3, 1))
opt = torch.optim.Adam(net.parameters(), lr=4e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(8):
    net.train()
    for i in torch.randperm(500).split(25):
        t = labels(m[i])
        loss = criterion(net(x[i]), t)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, t)
    net.eval()
    with torch.no_grad():
        o, t = net(vx), labels(vm)
        doctor.validation(loss=criterion(o, t).item(), accuracy=(o.argmax(1) == t).float().mean().item(), epoch=epoch + 1)
doctor.complete()
iou = [(((o.argmax(1) == c) & (vm == c)).sum() / ((o.argmax(1) == c) | (vm == c)).sum()).item() for c in (1, 2)]
done(train=loss.item(), iou=sum(iou) / 2)
