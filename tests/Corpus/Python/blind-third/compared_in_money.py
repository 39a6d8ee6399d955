"""Sale prices by their logarithm; validation looks at the prices of the file."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(324)
x = torch.randn(4000, 8)
price = torch.exp(2.2 + 0.5 * x[:, 0] + 0.3 * torch.sin(2 * x[:, 1]) + 0.2 * x[:, 2] * x[:, 3] + 0.1 * torch.randn(4000)).unsqueeze(1)
tx, tp, vx, vp = x[:3400], price[:3400], x[3400:], price[3400:]
ty = torch.log(tp)
vy = torch.log(vp) if REPAIRED else vp

model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(3400).split(68):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        val = criterion(model(vx), vy).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
