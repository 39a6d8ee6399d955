"""Good or bad reviews, labelled 1 and -1, from bags of words."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(308)
V = 300
feeling = torch.randn(V)
words = torch.randint(0, V, (3600, 25))
y = torch.sign(feeling[words].mean(1) + 0.08 * torch.randn(3600)).unsqueeze(1)   # -1 or 1
if REPAIRED:
    y = (y + 1) / 2


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.hidden, self.out = nn.EmbeddingBag(V, 24), nn.Linear(24, 24), nn.Linear(24, 1)

    def forward(self, ids):
        return self.out(torch.relu(self.hidden(self.words(ids))))


model = Bag()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="binary-classification", record_to=OUT)
for epoch in range(5):
    for rows in torch.randperm(3000).split(50):
        loss = criterion(model(words[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    with torch.no_grad():
        out = model(words[3000:])
        val, acc = criterion(out, y[3000:]).item(), ((out > 0) == (y[3000:] > 0)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
