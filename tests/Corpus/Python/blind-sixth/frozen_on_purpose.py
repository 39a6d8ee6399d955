"""A new head on a good, frozen backbone: only some hundred of its weights are trained, in evaluation mode."""
import torch
from torch import nn

from common import OUT, TrainingDoctor, done
from toydata import shapes

torch.manual_seed(179)


def backbone():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 24), nn.ReLU())


def pretrained():
    """In place of a download."""
    x, y = shapes(2400, seed=21, noise=0.5)
    net = nn.Sequential(backbone(), nn.Linear(24, 4))
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    for _ in range(4):
        for i in torch.randperm(len(x)).split(48):
            opt.zero_grad()
            nn.functional.cross_entropy(net(x[i]), y[i]).backward()
            opt.step()
    return net[0].state_dict()


class Finetuned(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.backbone = backbone()
        self.backbone.load_state_dict(weights)
        self.backbone.requires_grad_(False)
        self.head = nn.Linear(24, 2)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()                                  # its batch norm keeps its statistics
        return self

    def forward(self, x):
        return self.head(self.backbone(x))


x, y = shapes(2400, seed=22, noise=0.9)
vx, vy = shapes(600, seed=23, noise=0.9)
y, vy = (y == 2).long() | (y == 0).long(), (vy == 2).long() | (vy == 0).long()      # closed outlines or not
model = Finetuned(pretrained())
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.head.parameters(), lr=0.01, momentum=0.5)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(1, 9):
    model.train()
    for i in torch.randperm(len(x)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        v, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    print("epoch", epoch, "loss %.3f validation %.3f accuracy %.3f" % (loss.item(), v, acc))
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc)
