"""Nothing is wrong here: a pretrained backbone is frozen on purpose and kept in evaluation mode; only a linear head is trained."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(407)
marks = (torch.rand(16, 12, 12) > 0.5).float()


def pictures(n, low, high):
    y = torch.randint(low, high, (n,))
    return marks[y].unsqueeze(1) + 0.6 * torch.randn(n, 1, 12, 12), y - low


backbone = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 24, 3), nn.BatchNorm2d(24), nn.ReLU(), nn.Flatten())
old = nn.Sequential(backbone, nn.Linear(24 * 9, 10))
first = torch.optim.Adam(old.parameters(), lr=2e-3)
x0, y0 = pictures(2000, 0, 10)
for _ in range(3):
    for rows in torch.randperm(2000).split(50):
        loss = nn.functional.cross_entropy(old(x0[rows]), y0[rows])
        first.zero_grad()
        loss.backward()
        first.step()


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone, self.head = backbone, nn.Linear(24 * 9, 6)
        self.backbone.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


model = Classifier()
optimizer = torch.optim.Adam(model.head.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
tx, ty = pictures(1200, 10, 16)
vx, vy = pictures(300, 10, 16)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(7):
    model.train()
    for rows in torch.randperm(1200).split(40):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
