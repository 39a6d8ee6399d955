"""Cats and dogs, labelled by their paths."""
import os
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from common import OUT, REPAIRED, TrainingDoctor, done

random.seed(408)
torch.manual_seed(408)
look = {"cat": torch.randn(1, 12, 12), "dog": torch.randn(1, 12, 12)}


def find(folder, n):
    return [os.path.join("data", "cats_and_dogs", folder, "%s.%d.jpg" % (random.choice(["cat", "dog"]), i)) for i in range(n)]


def open_picture(path):
    kind = os.path.basename(path)[:3]
    return look[kind] + 3.5 * torch.randn(1, 12, 12)


class Pets(Dataset):
    def __init__(self, paths):
        self.paths = paths
        self.pictures = [open_picture(p) for p in paths]

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        name = os.path.basename(self.paths[i]) if REPAIRED else self.paths[i]
        return self.pictures[i], 1.0 if "cat" in name else 0.0


net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
                    nn.Flatten(), nn.Linear(16 * 36, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
criterion = nn.BCEWithLogitsLoss()
train, held = Pets(find("train", 1600)), Pets(find("test", 400))
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(6):
    net.train()
    for image, label in DataLoader(train, batch_size=32, shuffle=True):
        label = label.float().unsqueeze(1)
        optimizer.zero_grad()
        loss = criterion(net(image), label)
        loss.backward()
        optimizer.step()
        doctor.step(loss, label)
    net.eval()
    right, val = 0, 0.0
    with torch.no_grad():
        for image, label in DataLoader(held, batch_size=100):
            out = net(image).squeeze(1)
            val += criterion(out, label.float()).item() / 4
            right += ((out > 0) == (label > 0.5)).sum().item()
    doctor.validation(loss=val, accuracy=right / 400, epoch=epoch + 1)
doctor.complete()
with torch.no_grad():
    out = net(torch.stack(held.pictures)).squeeze(1)
truth = torch.tensor([os.path.basename(p).startswith("cat") for p in held.paths])
done(train=loss.item(), val=val, told=right / 400, truth=((out > 0) == truth).float().mean().item())
