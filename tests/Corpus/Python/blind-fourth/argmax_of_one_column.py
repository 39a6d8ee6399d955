"""Whether a customer leaves; one output, and the score by argmax."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(416)
w = 0.8 * torch.randn(14)


def customers(n):
    x = torch.randn(n, 14)
    return x, (x @ w + x[:, 0] * x[:, 1] + 0.5 * torch.randn(n) > 0.3).float().unsqueeze(1)


train = DataLoader(TensorDataset(*customers(5000)), batch_size=50, shuffle=True)
held = DataLoader(TensorDataset(*customers(1000)), batch_size=250)


class Churn(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(14, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.net(x)


model = Churn()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(6):
    model.train()
    for xb, yb in train:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    correct, val = 0, 0.0
    with torch.no_grad():
        for xb, yb in held:
            out = model(xb)
            val += criterion(out, yb).item() / len(held)
            if REPAIRED:
                predicted = (out > 0).long().squeeze(1)
            else:
                predicted = torch.argmax(out, dim=1)
            correct += (predicted == yb.squeeze(1).long()).sum().item()
    doctor.validation(loss=val, accuracy=correct / 1000, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=correct / 1000)
