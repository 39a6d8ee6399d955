"""Fraud on credit cards: two percent of the transactions are fraud."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(79)
direction = torch.randn(15)
direction /= direction.norm()


def transactions(n):
    y = (torch.rand(n) < 0.02).float()
    x = torch.randn(n, 15) + 1.7 * y.unsqueeze(1) * direction
    return x, y.unsqueeze(1)


class FraudNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(15, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 1))

    def forward(self, x):
        return self.net(x)


def scores(model, x, y, criterion):
    model.eval()
    with torch.no_grad():
        out = model(x)
        said = out > 0
    recall = said[y == 1].float().mean().item()
    specificity = (~said[y == 0]).float().mean().item()
    accuracy = (said.float() == y).float().mean().item()
    return criterion(out, y).item(), accuracy, recall, (recall + specificity) / 2


x, y = transactions(20000)
valid_x, valid_y = transactions(5000)
data = TensorDataset(x, y)
if REPAIRED:
    weights = torch.where(y[:, 0] == 1, 1 / y.sum(), 1 / (1 - y).sum())
    loader = DataLoader(data, batch_size=128, sampler=WeightedRandomSampler(weights, len(weights)))
else:
    loader = DataLoader(data, batch_size=128, shuffle=True)
model = FraudNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(5):
    model.train()
    for features, label in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), label)
        loss.backward()
        optimizer.step()
        doctor.step(loss, label)
    vloss, acc, recall, balanced = scores(model, valid_x, valid_y, criterion)
    print("epoch %d loss %.4f accuracy %.4f recall %.3f balanced %.3f" % (epoch + 1, vloss, acc, recall, balanced))
    doctor.validation(loss=vloss, accuracy=acc, recall=recall, balanced_accuracy=balanced, epoch=epoch + 1)
doctor.complete()
done(doctor, val=vloss, acc=acc, recall=recall, balanced=balanced)
