"""Arrows that point left, right, up or down in small noisy pictures, with augmentation."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(303)


def arrows(n):
    img, y = torch.zeros(n, 1, 14, 14), torch.randint(0, 4, (n,))
    for k in range(n):
        r, c = torch.randint(0, 6, (2,)).tolist()
        one = torch.zeros(8, 8)
        one[4, 1:8] = 1
        for d in range(1, 4):
            one[4 - d, 1 + d] = one[4 + d, 1 + d] = 1
        img[k, 0, r:r + 8, c:c + 8] = torch.rot90(one, int(y[k]), (0, 1))
    return img + 0.25 * torch.randn_like(img), y


def augment(x):
    if REPAIRED:
        return torch.roll(x, (int(torch.randint(-2, 3, (1,))), int(torch.randint(-2, 3, (1,)))), (2, 3))
    flipped = torch.rand(len(x)) < 0.5
    x = torch.where(flipped.view(-1, 1, 1, 1), x.flip(3), x)
    flipped = torch.rand(len(x)) < 0.5
    return torch.where(flipped.view(-1, 1, 1, 1), x.flip(2), x)


tx, ty = arrows(1600)
vx, vy = arrows(400)
features = nn.Sequential(nn.Conv2d(1, 12, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(12, 24, 3), nn.ReLU(), nn.Flatten())
model = nn.Sequential(features, nn.Linear(24 * 16, 48), nn.ReLU(), nn.Linear(48, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(tx)).split(40):
        loss = criterion(model(augment(tx[rows])), ty[rows])
        optimizer.zero_grad()
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
