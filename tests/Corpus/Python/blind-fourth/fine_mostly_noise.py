"""Tomorrow's price of power: nine tenths of it is noise, and the rest is found."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, TrainingDoctor, done

torch.manual_seed(452)
w = torch.randn(10)
w = w / w.norm()


def days(n):
    x = torch.randn(n, 10)
    signal = 0.33 * (x @ w)
    return x, (signal + 0.95 * torch.randn(n)).unsqueeze(1)


x, y = days(20000)
vx, vy = days(4000)
model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.02)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(6):
    model.train()
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=100, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    schedule.step()
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, r2=1 - val / vy.var().item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / vy.var().item())
