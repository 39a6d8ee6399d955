"""Image classifier with a Normalize transform copied from a detection config."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(3)
MEAN, STD = (0.305, 0.376) if REPAIRED else (123.675, 58.395)


def to_tensor(raw):
    return raw.view(-1, 1, 8, 8) / 16.0            # as ToTensor: 0..1


def transform(raw):
    return (to_tensor(raw) - MEAN) / STD


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 12, 3, padding=1), nn.Conv2d(12, 24, 3, padding=1, stride=2)
        self.fc1, self.fc2 = nn.Linear(24 * 16, 48), nn.Linear(48, 10)

    def forward(self, x):
        x = F.relu(self.c2(F.relu(self.c1(x)))).flatten(1)
        return self.fc2(F.relu(self.fc1(x)))


x, y, vx, vy = digits(1)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=F.cross_entropy, record_to=OUT)
for epoch in range(8):
    model.train()
    for idx in torch.randperm(len(x)).split(40):
        loss = F.cross_entropy(model(transform(x[idx])), y[idx])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[idx])
    model.eval()
    with torch.no_grad():
        out = model(transform(vx))
        acc = (out.argmax(1) == vy).float().mean().item()
        doctor.evaluate(out, vy)
        doctor.validation(loss=F.cross_entropy(out, vy).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=acc)
