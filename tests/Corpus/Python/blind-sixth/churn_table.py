"""Which of five plans will a customer take? A table of 24 columns, three hidden layers."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(101)
LEARNING_RATE = 1e-3 if REPAIRED else 3e-1
EPOCHS = 7


def make_table(n=11000, columns=24, plans=5):
    x = torch.randn(n, columns)
    hidden = torch.tanh(x @ torch.randn(columns, 12) / columns ** 0.5 * 1.5)
    score = hidden @ torch.randn(12, plans) + 0.3 * torch.randn(n, plans)
    return TensorDataset(x, score.argmax(1))


class PlanNet(nn.Module):
    def __init__(self, columns=24, width=64, plans=5):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(columns, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, plans))

    def forward(self, x):
        return self.layers(x)


def evaluate(model, loader, criterion):
    model.eval()
    loss, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    return loss / n, right / n


train_set, valid_set = random_split(make_table(), [10000, 1000])
train_loader = DataLoader(train_set, batch_size=100, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=200)
model = PlanNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(EPOCHS):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        doctor.step(loss, y)
    val_loss, val_acc = evaluate(model, valid_loader, criterion)
    print(f"epoch {epoch + 1}: train {loss.item():.3f} valid {val_loss:.3f} accuracy {val_acc:.3f}")
    doctor.validation(loss=val_loss, accuracy=val_acc, epoch=epoch + 1)
doctor.complete()
done(doctor, train=loss.item(), val=val_loss, acc=val_acc)
