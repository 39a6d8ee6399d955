"""Rent of a flat from nine numbers: a small regression with a data loader."""
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

from common import OUT, REPAIRED, TrainingDoctor, done

rng = np.random.RandomState(3)
torch.manual_seed(3)


def flats(n):
    X = rng.randn(n, 9).astype("float32")
    y = 1.5 * X[:, 0] - X[:, 1] + np.abs(X[:, 2]) + 0.5 * X[:, 3] * X[:, 4] + 0.2 * rng.randn(n)
    return torch.from_numpy(X), torch.from_numpy(y.astype("float32"))


class RentNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(9, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.model(x)


train_ds, val_ds = TensorDataset(*flats(5000)), TensorDataset(*flats(800))
train_dl = DataLoader(train_ds, batch_size=50, shuffle=True)
val_dl = DataLoader(val_ds, batch_size=100)
model = RentNet()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(10):
    model.train()
    for features, target in train_dl:
        if REPAIRED:
            target = target.unsqueeze(1)
        output = model(features)
        loss = criterion(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, target)

    model.eval()
    predicted, actual = [], []
    with torch.no_grad():
        for features, target in val_dl:
            predicted.append(model(features).squeeze(1))
            actual.append(target)
    predicted, actual = torch.cat(predicted), torch.cat(actual)
    val_mse = ((predicted - actual) ** 2).mean().item()
    r2 = 1 - val_mse / actual.var().item()
    print("Epoch {:2d} train {:.3f} val {:.3f} R2 {:.3f}".format(epoch + 1, loss.item(), val_mse, r2))
    doctor.validation(loss=val_mse, r2=r2, epoch=epoch + 1)
doctor.complete()
done(doctor, train=loss.item(), val=val_mse, r2=r2)
