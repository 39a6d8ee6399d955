"""Machine vibration: is the second half of the recording faster than the first? An LSTM reads (samples, time, channels)."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(53)


def make(n, steps=20):
    y = torch.randint(0, 2, (n,))
    base = 0.4 + 0.3 * torch.rand(n, 1)
    speed = torch.where((torch.arange(steps) < steps // 2).unsqueeze(0) == (y == 0).unsqueeze(1), base * 1.9, base)
    angle = speed.cumsum(1) + 6.28 * torch.rand(n, 1)
    return torch.stack([angle.sin(), angle.cos()], 2) + 0.5 * torch.randn(n, steps, 2), y.float().unsqueeze(1)


class Monitor(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 32, batch_first=True) if REPAIRED else nn.LSTM(2, 32)
        self.fc = nn.Linear(32, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


x, y = make(2560)
vx, vy = make(640)
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True, drop_last=True)
val_loader = DataLoader(TensorDataset(vx, vy), batch_size=64)
model = Monitor()
opt = torch.optim.Adam(model.parameters(), lr=8e-3)
bce = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=bce, record_to=OUT)
for epoch in range(7):
    model.train()
    for bx, by in loader:
        opt.zero_grad()
        loss = bce(model(bx), by)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        doctor.step(loss, by)
    model.eval()
    right, total, losses = 0, 0, 0.0
    with torch.no_grad():
        for bx, by in val_loader:
            out = model(bx)
            losses += bce(out, by).item() * len(by)
            right += ((out > 0).float() == by).sum().item()
            total += len(by)
    doctor.validation(loss=losses / total, accuracy=right / total, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=right / total)
