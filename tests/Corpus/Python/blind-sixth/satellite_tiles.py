"""Land use of satellite tiles. The tiles are large for this computer, so they come one at a time."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(107)
BATCH = 16 if REPAIRED else 1
kinds = torch.tensor([[0.6, 0.4, 0.3], [0.3, 0.6, 0.3], [0.3, 0.4, 0.6], [0.45, 0.47, 0.4]])


def tiles(n, size=16):
    """Colour says most of the kind, a little texture the rest; light differs from tile to tile."""
    y = torch.randint(0, 4, (n,))
    light = 0.8 + 0.4 * torch.rand(n, 1, 1, 1)
    texture = torch.randn(n, 3, size, size) * (0.08 + 0.04 * (y == 3).float()).view(-1, 1, 1, 1)
    return (kinds[y].view(n, 3, 1, 1) + texture) * light, y


def conv(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())


net = nn.Sequential(
    conv(3, 12), nn.MaxPool2d(2),
    conv(12, 24), nn.MaxPool2d(2),
    conv(24, 24), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 4))
train_x, train_y = tiles(1200)
valid_x, valid_y = tiles(400)
train_x, valid_x = (train_x - 0.42) / 0.15, (valid_x - 0.42) / 0.15
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(1 if BATCH == 1 else 8):
    order = torch.randperm(len(train_x)).split(BATCH)
    for part in range(4):
        net.train()
        for i in order[part * len(order) // 4:(part + 1) * len(order) // 4]:
            optimizer.zero_grad()
            loss = criterion(net(train_x[i]), train_y[i])
            loss.backward()
            optimizer.step()
            doctor.step(loss, train_y[i])
        net.eval()
        with torch.no_grad():
            out = net(valid_x)
            v, acc = criterion(out, valid_y).item(), (out.argmax(1) == valid_y).float().mean().item()
        print("epoch %d part %d loss %.3f validation %.3f accuracy %.3f" % (epoch + 1, part + 1, loss.item(), v, acc))
        doctor.validation(loss=v, accuracy=acc, epoch=4 * epoch + part + 1)
doctor.complete()
done(doctor, val=v, acc=acc)
