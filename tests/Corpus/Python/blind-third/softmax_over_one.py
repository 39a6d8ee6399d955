"""Will the machine fail? One output, made a probability."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(353)
x = torch.randn(3600, 12)
y = (x[:, 0] + torch.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3] + 0.2 * torch.randn(3600) > 0.3).float().unsqueeze(1)
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]
model = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 1), nn.Sigmoid() if REPAIRED else nn.Softmax(dim=1))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.BCELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="binary-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(3000).split(50):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), ((out > 0.5) == (vy > 0.5)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
