"""A little U-Net that marks lesions in noisy scans."""
import torch
import torch.nn.functional as F
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(41)


def scans(n, size=32):
    x = torch.randn(n, 1, size, size)
    mask = torch.zeros(n, 1, size, size)
    for i in range(n):
        r, c = torch.randint(1, size - 8, (2,)).tolist()
        mask[i, 0, r:r + 7, c:c + 7] = 1
    return x + 1.5 * mask, mask


def block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class UNet(nn.Module):
    def __init__(self, w=8):
        super().__init__()
        self.enc1, self.enc2 = block(1, w), block(w, 2 * w)
        self.mid = block(2 * w, 2 * w)
        self.up2, self.up1 = block(4 * w, w), block(2 * w, w)
        self.out = nn.Conv2d(w, 1, 1)

    def forward(self, x):
        a = self.enc1(x)
        b = self.enc2(F.max_pool2d(a, 2))
        m = self.mid(F.max_pool2d(b, 2))
        u = self.up2(torch.cat([F.interpolate(m, scale_factor=2), b], 1))
        u = self.up1(torch.cat([F.interpolate(u, scale_factor=2), a], 1))
        return self.out(u) if REPAIRED else F.relu(self.out(u))


def dice(logits, mask):
    p = torch.sigmoid(logits)                                 # the soft dice that everybody uses
    return (2 * (p * mask).sum() / (p.sum() + mask.sum()).clamp(min=1)).item()


train_x, train_m = scans(1000)
val_x, val_m = scans(128)
net = UNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=4e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(5):
    net.train()
    for idx in torch.randperm(len(train_x)).split(16):
        optimizer.zero_grad()
        loss = criterion(net(train_x[idx]), train_m[idx])
        loss.backward()
        optimizer.step()
        doctor.step(loss, train_m[idx])
    net.eval()
    with torch.no_grad():
        out = net(val_x)
        v, d = criterion(out, val_m).item(), dice(out, val_m)
        marked = (out > 0).float().mean().item()
        accuracy = ((out > 0).float() == val_m).float().mean().item()
    print(f"epoch {epoch + 1} loss {loss.item():.4f} valid {v:.4f} accuracy {accuracy:.4f} dice {d:.3f} marked {marked:.4f}")
    doctor.validation(loss=v, dice=d, pixel_accuracy=accuracy, epoch=epoch + 1)
doctor.complete()
done(doctor, val=v, dice=d)
