"""Weights of a checkpoint of a parallel training are put into a backbone that then stays frozen."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(340)


def backbone():
    return nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 6), nn.ReLU())


hidden = torch.randn(3, 40)


def samples(n):
    code = torch.randn(n, 3)
    return code @ hidden + 2.5 * torch.randn(n, 40), code


x0, c0 = samples(4000)
old = nn.Sequential(backbone(), nn.Linear(6, 3))
first = torch.optim.Adam(old.parameters(), lr=2e-3)
for _ in range(6):
    for rows in torch.randperm(4000).split(80):
        loss = nn.functional.mse_loss(old(x0[rows]), c0[rows])
        first.zero_grad()
        loss.backward()
        first.step()
checkpoint = {"module." + name: value.clone() for name, value in old[0].state_dict().items()}

features = backbone()
if REPAIRED:
    checkpoint = {name[len("module."):]: value for name, value in checkpoint.items()}
features.load_state_dict(checkpoint, strict=False)
for p in features.parameters():
    p.requires_grad = False
model = nn.Sequential(features, nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 4))
x, code = samples(2400)
y = 2 * (code[:, 0] > 0).long() + (code[:, 1] > 0).long()
optimizer = torch.optim.Adam(model[1:].parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(2000).split(40):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(x[2000:])
        val, acc = criterion(out, y[2000:]).item(), (out.argmax(1) == y[2000:]).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
