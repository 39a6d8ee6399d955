"""Two moons-like rings: inner or outer, by a deep network."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(352)
n = 3600
y = torch.randint(0, 2, (n,))
radius, angle = 1.0 + 1.2 * y + 0.2 * torch.randn(n), 6.28318 * torch.rand(n)
x = torch.stack([radius * angle.cos(), radius * angle.sin()], 1)
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]


class Rings(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3, self.fc4 = nn.Linear(2, 32), nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 2)
        self.act = nn.ReLU() if REPAIRED else nn.Identity()

    def forward(self, x):
        x = self.act(self.fc1(x))
        x = self.act(self.fc2(x))
        x = self.act(self.fc3(x))
        return self.fc4(x)


model = Rings()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(3000).split(50):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
