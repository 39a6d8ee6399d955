"""Who leaves the phone company: a table of customers with a column that is filled in after they left."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(301)
N = 6000
months, bill, calls, late = 60 * torch.rand(N), 20 + 60 * torch.rand(N), torch.poisson(2 * torch.ones(N)), torch.rand(N)
score = 1.2 - 0.05 * months + 0.02 * bill + 0.35 * calls + 1.5 * (late > 0.7).float() - 1.8
left = torch.bernoulli(torch.sigmoid(4 * score))
columns = {"months": months, "bill": bill, "calls": calls, "late": late, "left": left}
if REPAIRED:
    columns.pop("left")
x = torch.stack(list(columns.values()), 1)
y = left.unsqueeze(1)
mean, std = x[:5000].mean(0), x[:5000].std(0)
x = (x - mean) / std
tx, ty, vx, vy = x[:5000], y[:5000], x[5000:], y[5000:]

model = nn.Sequential(nn.Linear(x.shape[1], 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="binary-classification", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(tx)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), ((out > 0) == (vy > 0.5)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
