"""Nothing is wrong here: label smoothing of 0.2 over twenty classes keeps the loss above 1.1 while nearly all is right."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(404)
kinds = 1.3 * torch.randn(20, 30)
y = torch.randint(0, 20, (4600,))
x = kinds[y] + torch.randn(4600, 30)
tx, ty, vx, vy = x[:4000], y[:4000], x[4000:], y[4000:]
model = nn.Sequential(nn.Linear(30, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Linear(96, 20))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
criterion = nn.CrossEntropyLoss(label_smoothing=0.2)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(9):
    model.train()
    for rows in torch.randperm(4000).split(64):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows]), ty[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
