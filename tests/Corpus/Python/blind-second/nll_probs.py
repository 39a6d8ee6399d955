"""Recognising one of six gestures from a short sensor sequence with an LSTM."""
import math
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(29)


def gestures(n, steps=20):
    y = torch.randint(0, 6, (n,))
    t = torch.arange(steps).float()
    phase = torch.rand(n, 1) * 2 * math.pi
    f = (0.15 + 0.11 * y.float()).unsqueeze(1)
    a, b = torch.sin(f * t + phase), torch.cos(f * t + phase)
    return torch.stack([a, b], 2) + 0.25 * torch.randn(n, steps, 2), y


class Gesture(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(2, 32, batch_first=True), nn.Linear(32, 6)

    def forward(self, x):
        out, _ = self.lstm(x)
        logits = self.fc(out[:, -1])
        return F.log_softmax(logits, dim=1) if REPAIRED else F.softmax(logits, dim=1)


x, y = gestures(3000)
vx, vy = gestures(600)
net = Gesture()
opt = torch.optim.Adam(net.parameters(), lr=6e-3)
criterion = nn.NLLLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(8):
    for i in torch.randperm(len(x)).split(60):
        opt.zero_grad()
        loss = criterion(net(x[i]), y[i])
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    net.train()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
