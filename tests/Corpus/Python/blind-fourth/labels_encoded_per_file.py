"""Plant species from leaf measures, gathered in one table per excursion."""
import numpy as np
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

rng = np.random.RandomState(404)
torch.manual_seed(404)
NAMES = np.array(["alder", "birch", "cherry", "elm", "hazel", "lime", "oak", "rowan"])
leaf = {name: rng.randn(16) for name in NAMES}


def excursion(n, species):
    names = rng.choice(species, n)
    return np.stack([leaf[name] + 1.1 * rng.randn(16) for name in names]).astype(np.float32), names


def encode(names):
    if REPAIRED:
        return np.searchsorted(NAMES, names)
    return np.unique(names, return_inverse=True)[1]


xs, ys = [], []
for _ in range(16):
    features, names = excursion(250, rng.choice(NAMES, 5, replace=False))
    xs.append(features)
    ys.append(encode(names))
x, y = torch.from_numpy(np.concatenate(xs)), torch.from_numpy(np.concatenate(ys)).long()
features, names = excursion(800, NAMES)
vx, vy = torch.from_numpy(features), torch.from_numpy(encode(names)).long()


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(16, 48), nn.Linear(48, 8)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


model = Classifier()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(7):
    model.train()
    for rows in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
