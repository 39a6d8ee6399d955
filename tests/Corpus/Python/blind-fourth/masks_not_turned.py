"""Segmenting cells under a microscope, with quarter turns as augmentation."""
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(401)
grid = torch.stack(torch.meshgrid(torch.arange(24.0), torch.arange(24.0), indexing="ij"))


def slide():
    mask = torch.zeros(24, 24)
    for _ in range(3):
        centre, radius = 4 + 16 * torch.rand(2, 1, 1), 2 + 2 * torch.rand(1)
        mask[((grid - centre) ** 2).sum(0) < radius ** 2] = 1
    return (mask + 0.5 * torch.randn(24, 24) - 0.15)[None], mask[None]


class Cells(Dataset):
    def __init__(self, n, augment):
        self.slides, self.augment = [slide() for _ in range(n)], augment

    def __len__(self):
        return len(self.slides)

    def __getitem__(self, i):
        image, mask = self.slides[i]
        if self.augment:
            k = int(torch.randint(0, 4, (1,)))
            image = torch.rot90(image, k, (1, 2))
            if REPAIRED:
                mask = torch.rot90(mask, k, (1, 2))
        return image, mask


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU())
        self.up = nn.Conv2d(16, 1, 3, padding=1)

    def forward(self, x):
        return self.up(self.down(x))


train = DataLoader(Cells(640, True), batch_size=16, shuffle=True)
test = DataLoader(Cells(160, False), batch_size=80)
net = Net()
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
bce = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=bce, record_to=OUT)
for epoch in range(9):
    net.train()
    for image, mask in train:
        opt.zero_grad()
        loss = bce(net(image), mask)
        loss.backward()
        opt.step()
        doctor.step(loss, mask)
    net.eval()
    total, inter, union = 0.0, 0.0, 0.0
    with torch.no_grad():
        for image, mask in test:
            out = net(image)
            total += bce(out, mask).item() / len(test)
            inter += ((out > 0) & (mask > 0)).sum().item()
            union += ((out > 0) | (mask > 0)).sum().item()
    doctor.validation(loss=total, iou=inter / union, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=total, iou=inter / union)
