"""Softmax regression on spam with plain gradient descent and a rate of one, which suits it."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, TrainingDoctor, done

torch.manual_seed(456)
spam = torch.rand(4, 80) < 0.3


def mails(n):
    y = torch.randint(0, 4, (n,))
    p = 0.08 + 0.14 * spam[y].float()
    x = (torch.rand(n, 80) < p).float()
    return x / x.sum(1, keepdim=True).clamp(min=1).sqrt(), y


train, (vx, vy) = mails(8000), mails(1500)
loader = DataLoader(TensorDataset(*train), batch_size=100, shuffle=True)
model = nn.Linear(80, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 12)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(12):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        doctor.step(loss, yb)
    schedule.step()
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
