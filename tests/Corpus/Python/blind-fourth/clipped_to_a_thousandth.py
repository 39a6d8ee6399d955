"""Speech commands as feature vectors; gradients are clipped for safety."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(427)
CLIP = 1.0 if REPAIRED else 1e-3
words = torch.randn(10, 40)


def speak(n):
    y = torch.randint(0, 10, (n,))
    return words[y] + 2.2 * torch.randn(n, 40), y


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(40, 48), nn.LayerNorm(48), nn.ReLU())
        self.second = nn.Sequential(nn.Linear(48, 48), nn.LayerNorm(48), nn.ReLU())
        self.out = nn.Linear(48, 10)

    def forward(self, x):
        x = self.first(x)
        return self.out(x + self.second(x))


loader = DataLoader(TensorDataset(*speak(12000)), batch_size=60, shuffle=True)
vx, vy = speak(1000)
model = Words()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(4):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=CLIP)
        optimizer.step()
        doctor.step(loss, yb)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
