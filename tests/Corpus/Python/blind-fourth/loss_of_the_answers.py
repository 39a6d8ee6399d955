"""Grading of apples; the loss compares the answers with the labels."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(411)
mix = torch.randn(4, 20)


def apples(n):
    y = torch.randint(0, 4, (n,))
    return mix[y] + 1.5 * torch.randn(n, 20), y


class Grader(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(20, 64)
        self.norm = nn.BatchNorm1d(64)
        self.out = nn.Linear(64, 4)

    def forward(self, x):
        return self.out(torch.relu(self.norm(self.hidden(x))))


x, y = apples(3200)
vx, vy = apples(640)
train = DataLoader(TensorDataset(x, y), batch_size=40, shuffle=True)
model = Grader()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss() if REPAIRED else nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for xb, yb in train:
        optimizer.zero_grad()
        if REPAIRED:
            loss = criterion(model(xb), yb)
        else:
            answers = model(xb).argmax(1)
            loss = criterion(answers.float(), yb.float())
            loss.requires_grad_(True)          # "element 0 of tensors does not require grad"
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc = (out.argmax(1) == vy).float().mean().item()
        val = (criterion(out, vy) if REPAIRED else criterion(out.argmax(1).float(), vy.float())).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
