"""Quality of wine from its chemistry, with SGD and much momentum."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(429)
taste = torch.randn(11, 4) / 2


def wines(n):
    x = torch.randn(n, 11)
    return x, torch.tanh(x @ taste).sum(1, keepdim=True) + 0.3 * torch.randn(n, 1)


x, y = wines(8000)
vx, vy = wines(1000)
model = nn.Sequential(nn.Linear(11, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9 if REPAIRED else 0.999)
criterion = nn.MSELoss()
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
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
        val = criterion(out, vy).item()
    doctor.validation(loss=val, r2=1 - val / vy.var().item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / vy.var().item())
