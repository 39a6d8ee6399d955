"""Land cover by pixel: water, field, forest and road; zero is a class here."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(317)
colours = torch.tensor([[0.2, 0.3, 0.7], [0.7, 0.7, 0.2], [0.1, 0.5, 0.2], [0.5, 0.5, 0.5]])


def maps(n):
    coarse = torch.randn(n, 4, 4, 4)
    y = F.interpolate(coarse, size=(16, 16), mode="bilinear", align_corners=False).argmax(1)
    return colours[y].permute(0, 3, 1, 2) + 0.25 * torch.randn(n, 3, 16, 16), y


tx, ty = maps(700)
vx, vy = maps(150)
model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 4, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss() if REPAIRED else nn.CrossEntropyLoss(ignore_index=0)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(700).split(20):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc, water=(out.argmax(1)[vy == 0] == 0).float().mean().item())
