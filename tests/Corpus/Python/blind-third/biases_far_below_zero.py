"""Rare events among log lines; biases were set so that few units fire at first."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(350)
x = torch.randn(4000, 20)
y = (x[:, :3].prod(1) + 0.5 * x[:, 3] > 0).float().unsqueeze(1)
tx, ty, vx, vy = x[:3400], y[:3400], x[3400:], y[3400:]


class Events(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.out = nn.Linear(20, 96), nn.Linear(96, 48), nn.Linear(48, 1)
        self.act = nn.ReLU()
        for layer in (self.first, self.second):
            nn.init.constant_(layer.bias, 0.0 if REPAIRED else -3.0)

    def forward(self, x):
        return self.out(self.act(self.second(self.act(self.first(x)))))


model = Events()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
criterion = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="binary-classification", record_to=OUT)
for epoch in range(14):
    model.train()
    for rows in torch.randperm(3400).split(68):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), ((out > 0) == (vy > 0.5)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
