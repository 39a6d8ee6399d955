"""Online learning of a heat pump: one sample a step, so the loss leaps about."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(458)
w = torch.randn(5) / 2


def pump(n):
    x = torch.randn(n, 5)
    return x, (torch.tanh(x @ w) + 0.4 * x[:, 0] + 0.25 * torch.randn(n)).unsqueeze(1)


x, y = pump(3000)
vx, vy = pump(800)
model = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step / 600))
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for i in range(len(x)):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x[i:i + 1]), y[i:i + 1])
    loss.backward()
    optimizer.step()
    schedule.step()
    doctor.step(loss, y[i:i + 1])
    if i % 300 == 299:
        model.eval()
        with torch.no_grad():
            val = criterion(model(vx), vy).item()
        doctor.validation(loss=val, r2=1 - val / vy.var().item(), epoch=i // 300 + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=1 - val / vy.var().item())
