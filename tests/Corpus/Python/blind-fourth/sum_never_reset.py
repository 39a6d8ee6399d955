"""The yield of a field from weather and soil; the validation loss is summed up."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(418)
a, b = torch.randn(10, 3), torch.randn(3)


def fields(n):
    x = torch.randn(n, 10)
    y = torch.sin(x @ a / 2) @ b
    return TensorDataset(x, (y + 0.3 * torch.randn(n)).unsqueeze(1))


train_loader = DataLoader(fields(8000), batch_size=64, shuffle=True)
val_loader = DataLoader(fields(1200), batch_size=200)
model = nn.Sequential(nn.Linear(10, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
running_val = 0.0
for epoch in range(10):
    model.train()
    for xb, yb in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    if REPAIRED:
        running_val = 0.0
    with torch.no_grad():
        for xb, yb in val_loader:
            running_val += criterion(model(xb), yb).item()
    val_loss = running_val / len(val_loader)
    doctor.validation(loss=val_loss, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val_loss)
