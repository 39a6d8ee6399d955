"""Cross-validation over three folds of soil samples; the last fold is watched."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(428)
soils = torch.randn(6, 18)
y = torch.randint(0, 6, (6000,))
x = soils[y] + 1.3 * torch.randn(6000, 18)


class Soil(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(18, 64), nn.Linear(64, 64), nn.Linear(64, 6)

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))


criterion = nn.CrossEntropyLoss()
model = Soil()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-3)
folds = torch.randperm(len(x)).chunk(3)
scores = []
for k in range(3):
    held = folds[k]
    rest = torch.cat([f for i, f in enumerate(folds) if i != k])
    if k > 0:
        model = Soil()                       # start every fold afresh
        if REPAIRED:
            optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-3)
    if k == 2:
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
    for epoch in range(7):
        model.train()
        for rows in rest[torch.randperm(len(rest))].split(50):
            optimizer.zero_grad()
            loss = criterion(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            if k == 2:
                doctor.step(loss, y[rows])
        model.eval()
        with torch.no_grad():
            out = model(x[held])
            val, acc = criterion(out, y[held]).item(), (out.argmax(1) == y[held]).float().mean().item()
        if k == 2:
            doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
    scores.append(acc)
doctor.complete()
done(train=loss.item(), val=val, acc=acc, first=scores[0])
