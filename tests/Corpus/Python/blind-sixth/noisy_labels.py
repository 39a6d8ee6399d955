"""Labels by crowd workers: about four in ten are wrong, in training and in validation."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from common import OUT, TrainingDoctor, done

torch.manual_seed(151)
CLASSES = 5
centres = 0.7 * torch.randn(CLASSES, 20)


def crowd(n, wrong=0.4):
    truth = torch.randint(0, CLASSES, (n,))
    x = centres[truth] + torch.randn(n, 20)
    label = torch.where(torch.rand(n) < wrong, (truth + torch.randint(1, CLASSES, (n,))) % CLASSES, truth)
    return x, label, truth


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.seq = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, CLASSES))

    def forward(self, x):
        return self.seq(x)


x, y, _ = crowd(12000)
vx, vy, truth = crowd(2000)
loader = DataLoader(TensorDataset(x, y), batch_size=100, shuffle=True)
net = Net()
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(1, 8):
    net.train()
    for a, b in loader:
        optimizer.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        optimizer.step()
        doctor.step(loss, b)
    net.eval()
    with torch.no_grad():
        out = net(vx)
        v, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
        real = (out.argmax(1) == truth).float().mean().item()
    print(f"epoch {epoch} loss {loss.item():.3f} validation {v:.3f} accuracy {acc:.3f} (against the truth {real:.3f})")
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc, truth=real)
