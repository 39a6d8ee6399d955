"""Nothing is wrong here: four frauds in a hundred payments, weighted up, and found."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(405)
x = torch.randn(9000, 14)
y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] ** 2 + 0.2 * torch.randn(9000) > 3.4).float().unsqueeze(1)
tx, ty, vx, vy = x[:7500], y[:7500], x[7500:], y[7500:]
model = nn.Sequential(nn.Linear(14, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
criterion = nn.BCEWithLogitsLoss(pos_weight=((1 - ty).sum() / ty.sum()).sqrt())
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="binary-classification", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(7500).split(150):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, found = criterion(out, vy).item(), (out[vy > 0.5] > 0).float().mean().item()
        acc = (((out > 0).float() == vy)[vy < 0.5].float().mean().item() + found) / 2
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc, found=found, share=ty.mean().item())
