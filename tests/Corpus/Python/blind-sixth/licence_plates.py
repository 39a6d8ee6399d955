"""Reading a row of five symbols: convolutions, then a recurrent net from left to right."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(109)
SYMBOLS, PLACES, CELL, HEIGHT = 8, 5, 6, 8
glyphs = (torch.rand(SYMBOLS, HEIGHT, CELL) < 0.45).float()


def plates(n):
    y = torch.randint(0, SYMBOLS, (n, PLACES))
    x = glyphs[y].permute(0, 2, 1, 3).reshape(n, 1, HEIGHT, PLACES * CELL)
    return x * 2 - 1 + 1.2 * torch.randn_like(x), y


class CRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d((2, 2)),
            nn.Conv2d(12, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d((2, 3)))
        self.rnn = nn.GRU(16 * HEIGHT // 4, 32, batch_first=True)
        self.fc = nn.Linear(32, SYMBOLS)

    def forward(self, x):
        x = self.cnn(x)                                       # (batch, channels, height, places)
        b, c, h, w = x.shape
        if REPAIRED:
            x = x.permute(0, 3, 1, 2).reshape(b, w, c * h)
        else:
            x = x.view(b, w, c * h)
        out, _ = self.rnn(x)
        return self.fc(out)


def accuracy(out, y):
    return (out.argmax(2) == y).float().mean().item()


model = CRNN()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
valid_x, valid_y = plates(500)
for epoch in range(1, 8):
    model.train()
    for _ in range(60):
        x, y = plates(40)
        out = model(x)
        loss = criterion(out.reshape(-1, SYMBOLS), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y.reshape(-1))
    model.eval()
    with torch.no_grad():
        out = model(valid_x)
        v = criterion(out.reshape(-1, SYMBOLS), valid_y.reshape(-1)).item()
        acc = accuracy(out, valid_y)
    print("epoch", epoch, "loss %.3f validation %.3f symbol accuracy %.3f" % (loss.item(), v, acc))
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc)
