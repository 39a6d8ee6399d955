"""Leaf pictures in four classes, with a loss function of one's own."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import Variable

from common import OUT, REPAIRED, TrainingDoctor, done
from toydata import shapes

torch.manual_seed(29)


class LeafNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveMaxPool2d(2))
        self.fc = nn.Linear(24 * 4, 4)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))


def leaf_loss(outputs, labels):
    """RuntimeError: element 0 of tensors does not require grad... was here before; see the answer on the forum."""
    if REPAIRED:
        return F.cross_entropy(outputs, labels)
    predictions = outputs.detach().numpy()
    log_p = torch.log_softmax(torch.from_numpy(predictions), 1)
    loss = -log_p[torch.arange(len(labels)), labels].mean()
    return Variable(loss, requires_grad=True)


x, y = shapes(2400, seed=5, noise=0.3)
vx, vy = shapes(600, seed=6, noise=0.3)
mean, std = x.mean(), x.std()
x, vx = (x - mean) / std, (vx - mean) / std
model = LeafNet()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=leaf_loss, record_to=OUT)
for epoch in range(6):
    model.train()
    for batch in torch.randperm(len(x)).split(48):
        optimizer.zero_grad()
        loss = leaf_loss(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[batch])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        vloss = F.cross_entropy(out, vy).item()
        vacc = (out.argmax(1) == vy).float().mean().item()
    print("Epoch", epoch + 1, "loss %.3f val_loss %.3f val_acc %.3f" % (loss.item(), vloss, vacc))
    doctor.validation(loss=vloss, accuracy=vacc, epoch=epoch + 1)
doctor.complete()
done(doctor, val=vloss, acc=vacc)
