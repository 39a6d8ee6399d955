"""What is on the camera's frames? Frames come as bytes, 0 to 255."""
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from common import OUT, REPAIRED, TrainingDoctor, done
from toydata import shapes

torch.manual_seed(13)


class Frames(Dataset):
    """Bytes as a camera delivers them."""

    def __init__(self, n, seed):
        x, y = shapes(n, seed=seed)
        self.frames = (x * 200 + 40).to(torch.uint8)
        self.labels = y

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        frame = self.frames[i].float()
        if REPAIRED:
            frame = (frame / 255.0 - 0.3) / 0.25
        return frame, self.labels[i]


class FrameNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 4))

    def forward(self, x):
        return self.classifier(self.features(x))


def run_validation(model, loader, criterion):
    model.eval()
    losses, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            losses += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    model.train()
    return losses / n, right / n


def main():
    train_loader = DataLoader(Frames(2400, 3), batch_size=32, shuffle=True)
    valid_loader = DataLoader(Frames(480, 4), batch_size=120)
    model = FrameNet()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
    for epoch in range(6):
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            doctor.step(loss, y)
        vloss, vacc = run_validation(model, valid_loader, criterion)
        print(epoch + 1, loss.item(), vloss, vacc)
        doctor.validation(loss=vloss, accuracy=vacc, epoch=epoch + 1)
    doctor.complete()
    done(doctor, val=vloss, acc=vacc)


if __name__ == "__main__":
    main()
