"""Nothing is wrong here: sixty samples, all of them in every step, a small network, and a field that is easy."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(406)
kinds = torch.randn(3, 5)
y = torch.arange(90) % 3
x = 1.6 * kinds[y] + 0.8 * torch.randn(90, 5)
tx, ty, vx, vy = x[:60], y[:60], x[60:], y[60:]
model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-2)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(250):
    optimizer.zero_grad()
    loss = criterion(model(tx), ty)
    loss.backward()
    optimizer.step()
    doctor.step(loss, ty)
    if (epoch + 1) % 25 == 0:
        model.eval()
        with torch.no_grad():
            out = model(vx)
            val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
        doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
        model.train()
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
