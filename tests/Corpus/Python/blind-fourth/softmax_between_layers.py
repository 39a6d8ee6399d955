"""Rocks by their spectra; every layer has a softmax."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(432)
spectra = torch.randn(8, 2, 36)


def rocks(n):
    y = torch.randint(0, 8, (n,))
    return spectra[y, torch.randint(0, 2, (n,))] + 1.3 * torch.randn(n, 36), y


def activation():
    return nn.ReLU() if REPAIRED else nn.Softmax(dim=1)


class Rocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.act1 = nn.Linear(36, 128), activation()
        self.fc2, self.act2 = nn.Linear(128, 128), activation()
        self.fc3 = nn.Linear(128, 8)

    def forward(self, x):
        x = self.act1(self.fc1(x))
        x = self.act2(self.fc2(x))
        return self.fc3(x)


loader = DataLoader(TensorDataset(*rocks(8000)), batch_size=64, shuffle=True)
vx, vy = rocks(1000)
model = Rocks()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, weight_decay=1e-4)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(5):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
