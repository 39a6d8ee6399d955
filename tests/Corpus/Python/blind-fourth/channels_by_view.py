"""Coloured tokens on a table, photographed; pictures come as height, width, channels."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(433)
shapes = (torch.rand(8, 7, 7, 3) < 0.4).float()


def photographs(n):
    y = torch.randint(0, 8, (n,))
    pictures = 0.5 * torch.randn(n, 18, 18, 3) + 0.3
    for i in range(n):
        r, c = torch.randint(0, 12, (2,)).tolist()
        pictures[i, r:r + 7, c:c + 7] += 0.6 * shapes[y[i]]
    return (pictures.clamp(0, 1) * 255).to(torch.uint8), y


def prepare(pictures):
    x = pictures.float() / 255
    if REPAIRED:
        x = x.permute(0, 3, 1, 2)
    else:
        x = x.view(-1, 3, 18, 18)
    return (x - 0.4) / 0.35


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 5, padding=2), nn.BatchNorm2d(16)
        self.conv2, self.bn2 = nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.fc = nn.Linear(32, 8)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(x.amax((2, 3)))


pictures, y = photographs(3000)
vpictures, vy = photographs(600)
x, vx = prepare(pictures), prepare(vpictures)
model = Tokens()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="multiclass-classification", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(x)).split(30):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = F.cross_entropy(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
