"""Transfer learning: a backbone trained on clean shapes, frozen, gets a new head for noisy ones."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done
from toydata import shapes

torch.manual_seed(37)


def make_backbone():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(12 * 16, 12), nn.ReLU())


class Classifier(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.backbone = make_backbone()
        self.head = nn.Linear(12, classes)

    def forward(self, x):
        return self.head(self.backbone(x))


def prepared(n, seed, noise):
    x, y = shapes(n, seed=seed, noise=noise)
    return (x - 0.25) / 0.3, y


def pretrain():
    """Stands for the download of a checkpoint; it was saved from a DataParallel model."""
    x, y = prepared(2000, 8, 0.15)
    net = nn.DataParallel(Classifier(4))
    opt = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(5):
        for i in torch.randperm(len(x)).split(50):
            opt.zero_grad()
            nn.functional.cross_entropy(net.module(x[i]), y[i]).backward()
            opt.step()
    return net.state_dict()


checkpoint = {k: v for k, v in pretrain().items() if "head" not in k}
if REPAIRED:
    checkpoint = {k.replace("module.", "", 1): v for k, v in checkpoint.items()}
model = Classifier(4)
model.load_state_dict(checkpoint, strict=False)
for p in model.backbone.parameters():
    p.requires_grad = False

x, y = prepared(2000, 9, 0.35)
vx, vy = prepared(500, 10, 0.35)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(12):
    model.train()
    for i in torch.randperm(len(x)).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        vloss, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    print(f"epoch {epoch + 1}: {loss.item():.3f} {vloss:.3f} {acc:.3f}")
    doctor.validation(loss=vloss, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(doctor, val=vloss, acc=acc)
