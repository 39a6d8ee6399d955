"""Half-precision habits: the loss is scaled up before the backward pass."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(359)
x = torch.randn(6600, 6)
y = ((x[:, 0] * x[:, 1] + x[:, 2] > 0).long() + (x[:, 3] > 0.5).long())
tx, ty, vx, vy = x[:6000], y[:6000], x[6000:], y[6000:]
model = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
criterion = nn.CrossEntropyLoss()
SCALE = 1024.0
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(6000).split(50):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = model(tx[rows])
        loss = criterion(out.float(), ty[rows])
        (loss * SCALE).backward()
        if REPAIRED:
            for p in model.parameters():
                p.grad.div_(SCALE)
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
