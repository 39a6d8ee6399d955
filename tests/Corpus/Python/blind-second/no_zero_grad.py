"""Wine-like tabular regression; gradients are cleared at the start of each epoch."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(89)
x = torch.randn(4000, 11)
y = torch.tanh(x[:, :1] + x[:, 1:2]) + 0.6 * torch.relu(x[:, 2:3]) - 0.4 * x[:, 3:4] + 0.2 * torch.randn(4000, 1)
y = (y - y.mean()) / y.std()
x, vx, y, vy = x[:3400], x[3400:], y[:3400], y[3400:]
train = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
model = nn.Sequential(nn.Linear(11, 48), nn.ReLU(), nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.8)
criterion = nn.SmoothL1Loss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    optimizer.zero_grad()
    for bx, by in train:
        if REPAIRED:
            optimizer.zero_grad()
        loss = criterion(model(bx), by)
        loss.backward()
        optimizer.step()
        doctor.step(loss, by)
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
