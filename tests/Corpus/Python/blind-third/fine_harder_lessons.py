"""Nothing is wrong here: lessons get harder every few epochs (more noise), and so the training loss rises then."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(403)
kinds = torch.randn(8, 24)


def lesson(n, noise):
    y = torch.randint(0, 8, (n,))
    return kinds[y] + noise * torch.randn(n, 24), y


vx, vy = lesson(600, 1.6)
model = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(12):
    noise = 0.4 + 0.4 * (epoch // 3)                     # 0.4, 0.8, 1.2, 1.6
    model.train()
    for _ in range(50):
        x, y = lesson(64, noise)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        doctor.step(loss, y)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
