"""Signs on containers; one data set with augmentation, divided by random_split."""
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(417)
signs = torch.randn(8, 1, 16, 16)


class Cover:
    """Covers three quarters of the picture at random and adds noise."""

    def __call__(self, image):
        r, c = torch.randint(0, 9, (2,)).tolist()
        covered = 0.8 * torch.randn_like(image)
        covered[:, r:r + 8, c:c + 8] += image[:, r:r + 8, c:c + 8]
        return covered


class Signs(Dataset):
    def __init__(self, n, transform=None):
        self.y = torch.randint(0, 8, (n,))
        self.x = signs[self.y] + 4.0 * torch.randn(n, 1, 16, 16)
        self.transform = transform

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        x = self.x[i]
        if self.transform is not None:
            x = self.transform(x)
        return x, self.y[i]


class Plain(Dataset):
    def __init__(self, subset):
        self.subset = subset

    def __len__(self):
        return len(self.subset)

    def __getitem__(self, i):
        whole = self.subset.dataset
        j = self.subset.indices[i]
        return whole.x[j], whole.y[j]


data = Signs(6000, transform=Cover())
train_set, val_set = random_split(data, [5200, 800])
if REPAIRED:
    val_set = Plain(val_set)
train_loader = DataLoader(train_set, batch_size=60, shuffle=True)
val_loader = DataLoader(val_set, batch_size=200)
model = nn.Sequential(nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 8))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(12):
    model.train()
    for xb, yb in train_loader:
        loss = criterion(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    val, right = 0.0, 0
    with torch.no_grad():
        for xb, yb in val_loader:
            out = model(xb)
            val += criterion(out, yb).item() / len(val_loader)
            right += (out.argmax(1) == yb).sum().item()
    doctor.validation(loss=val, accuracy=right / 800, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=right / 800)
