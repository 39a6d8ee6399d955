"""CNN on digits, validated with an exponential moving average of the weights."""
import copy
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(41)
DECAY = 0.97 if REPAIRED else 0.9999
x, y, vx, vy = digits(3)
x, vx = (x.view(-1, 1, 8, 8) - 4.9) / 6.0, (vx.view(-1, 1, 8, 8) - 4.9) / 6.0
model = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, 10))
ema = copy.deepcopy(model).eval().requires_grad_(False)
opt = torch.optim.AdamW(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(8):
    for i in torch.randperm(len(x)).split(35):
        opt.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        opt.step()
        with torch.no_grad():
            for a, b in zip(ema.parameters(), model.parameters()):
                a.mul_(DECAY).add_(b, alpha=1 - DECAY)
        doctor.step(loss, y[i])
    with torch.no_grad():
        out = ema(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
