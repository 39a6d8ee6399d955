"""Nothing is wrong here: dropout after every layer and noise on the inputs, so that validation is better than training throughout."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(408)
kinds = torch.randn(9, 36)
y = torch.randint(0, 9, (3600,))
x = kinds[y] + 1.1 * torch.randn(3600, 36)
tx, ty, vx, vy = x[:3000], y[:3000], x[3000:], y[3000:]
model = nn.Sequential(nn.Dropout(0.2), nn.Linear(36, 128), nn.GELU(), nn.Dropout(0.4), nn.Linear(128, 128), nn.GELU(), nn.Dropout(0.4), nn.Linear(128, 9))
optimizer = torch.optim.AdamW(model.parameters(), lr=1.5e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(3000).split(60):
        optimizer.zero_grad()
        loss = criterion(model(tx[rows] + 0.5 * torch.randn(len(rows), 36)), ty[rows])
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
