"""Where is the eye? Pictures and their marks lie in two folders; the marks' names decide what belongs together."""
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(53)


def fake_disk(n, seed):
    """Two folders as dictionaries from a file's name to its contents."""
    g = torch.Generator().manual_seed(seed)
    pictures, marks = {}, {}
    axis = torch.arange(20).float()
    for i in range(n):
        c = 3 + 14 * torch.rand(2, generator=g)
        blob = torch.exp(-((axis - c[0]) ** 2).unsqueeze(1) / 6 - ((axis - c[1]) ** 2).unsqueeze(0) / 6)
        pictures["face_%05d.png" % i] = (blob + 0.15 * torch.randn(20, 20, generator=g)).unsqueeze(0)
        marks["mark_%d.txt" % i] = c / 10 - 1
    return pictures, marks


class Landmarks(Dataset):
    def __init__(self, n, seed):
        pictures, marks = fake_disk(n, seed)
        picture_files = sorted(pictures)
        if REPAIRED:
            mark_files = sorted(marks, key=lambda f: int(f[5:-4]))
        else:
            mark_files = sorted(marks)
        self.x = [pictures[f] for f in picture_files]
        self.y = [marks[f] for f in mark_files]

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


net = nn.Sequential(
    nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
    nn.Flatten(), nn.Linear(16 * 25, 64), nn.ReLU(), nn.Linear(64, 2))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.3)
train_loader = DataLoader(Landmarks(3000, 1), batch_size=40, shuffle=True)
valid_loader = DataLoader(Landmarks(600, 2), batch_size=100)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(6):
    net.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        doctor.step(loss, y)
    scheduler.step()
    net.eval()
    with torch.no_grad():
        vloss = sum(criterion(net(x), y).item() for x, y in valid_loader) / len(valid_loader)
    print("epoch %d train %.4f valid %.4f" % (epoch + 1, loss.item(), vloss))
    doctor.validation(loss=vloss, epoch=epoch + 1)
doctor.complete()
done(doctor, train=loss.item(), val=vloss)
