"""Training with a moving average of the weights, which is what is validated."""
import copy

import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(339)
x = torch.randn(3600, 12)
y = (torch.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] > 0).long() + 2 * (x[:, 4] - x[:, 5] * x[:, 0] > 0).long()
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]
model = nn.Sequential(nn.Linear(12, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
criterion = nn.CrossEntropyLoss()
average, DECAY, seen = copy.deepcopy(model.state_dict()), 0.998, 0
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(28):
    model.train()
    for rows in torch.randperm(3000)[:1500].split(60):
        loss = criterion(model(tx[rows]), ty[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen += 1
        decay = min(DECAY, (1 + seen) / (10 + seen))
        for name, value in model.state_dict().items():
            average[name].mul_(decay).add_(value, alpha=1 - decay)
        doctor.step(loss, ty[rows])
    own = copy.deepcopy(model.state_dict()) if REPAIRED else model.state_dict()
    model.load_state_dict(average)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
    model.load_state_dict(own)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
