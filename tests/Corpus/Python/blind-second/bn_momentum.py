"""CNN with batch normalisation on digits; the momentum comes from another framework's config."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(43)
M = 0.1 if REPAIRED else 0.0003
x, y, vx, vy = digits(4)
x, vx = x.view(-1, 1, 8, 8) / 16.0, vx.view(-1, 1, 8, 8) / 16.0


def block(i, o, s=1):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, stride=s, bias=False), nn.BatchNorm2d(o, momentum=M), nn.ReLU())


model = nn.Sequential(block(1, 12), block(12, 16, 2), block(16, 24), block(24, 24, 2), nn.Flatten(), nn.Linear(96, 10))
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(6):
    model.train()
    for i in torch.randperm(len(x)).split(40):
        opt.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
