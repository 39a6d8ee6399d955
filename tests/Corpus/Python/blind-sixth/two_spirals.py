"""Two spirals, a network of four layers."""
import math

import torch
import torch.nn as nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(11)


def spirals(n, noise=0.05):
    y = torch.randint(0, 2, (n,))
    t = torch.rand(n) * 2.2 * math.pi + 0.6
    sign = 1 - 2 * y.float()
    x = torch.stack([t * torch.cos(t) * sign, t * torch.sin(t) * sign], 1) / 4
    return x + noise * torch.randn_like(x), y.float().unsqueeze(1)


class SpiralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 64)
        self.fc2 = nn.Linear(64, 64)
        self.fc3 = nn.Linear(64, 64)
        self.out = nn.Linear(64, 1)

    def forward(self, x):
        if REPAIRED:
            x = torch.relu(self.fc1(x))
            x = torch.relu(self.fc2(x))
            x = torch.relu(self.fc3(x))
        else:
            x = self.fc1(x)
            x = self.fc2(x)
            x = self.fc3(x)
        return self.out(x)


x_train, y_train = spirals(2000)
x_val, y_val = spirals(500)
model = SpiralNet()
loss_function = nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=loss_function, record_to=OUT)
step = 0
for epoch in range(25):
    model.train()
    for idx in torch.randperm(2000).split(50):
        pred = model(x_train[idx])
        loss = loss_function(pred, y_train[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
        doctor.step(loss, y_train[idx])
        step += 1
    model.eval()
    with torch.no_grad():
        pred = model(x_val)
        vloss = loss_function(pred, y_val).item()
        vacc = ((pred > 0).float() == y_val).float().mean().item()
    if epoch % 5 == 4:
        print(f"step {step}: loss {loss.item():.4f}, validation {vloss:.4f}, accuracy {vacc:.3f}")
    doctor.validation(loss=vloss, accuracy=vacc, epoch=epoch + 1)
doctor.complete()
done(doctor, train=loss.item(), val=vloss, acc=vacc)
