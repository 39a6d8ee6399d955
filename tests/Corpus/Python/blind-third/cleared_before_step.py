"""Types of glass, with a training loop that somebody rearranged."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(333)
centres = 1.2 * torch.randn(6, 9)
y = torch.randint(0, 6, (3600,))
x = centres[y] + torch.randn(3600, 9)
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]
model = nn.Sequential(nn.Linear(9, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 6))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(3000).split(50):
        out = model(tx[rows])
        loss = criterion(out, ty[rows])
        if REPAIRED:
            optimizer.zero_grad()
            loss.backward()
        else:
            loss.backward()
            optimizer.zero_grad()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
