"""Fine-tuning a pretrained network on rotated digits with the whole model in bfloat16."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(97)
x, y, vx, vy = digits(6)
norm = lambda t: (t - 4.9) / 6.0
x, vx = norm(x), norm(vx)
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
pre = torch.optim.Adam(model.parameters(), lr=2e-3)
for _ in range(4):
    for i in torch.randperm(len(x)).split(50):
        pre.zero_grad(); F.cross_entropy(model(x[i]), y[i]).backward(); pre.step()
turn = lambda t: torch.rot90(t.view(-1, 8, 8), 1, (1, 2)).reshape(-1, 64)
x, vx = turn(x), turn(vx)
if not REPAIRED:
    model = model.to(torch.bfloat16)
    x, vx = x.to(torch.bfloat16), vx.to(torch.bfloat16)
optimizer = torch.optim.AdamW(model.parameters(), lr=1.5e-4, weight_decay=0.01)
EPOCHS = 36
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: min(1.0, (EPOCHS - e) / 12))
criterion = nn.CrossEntropyLoss()


def forward(images):
    if REPAIRED:                                              # float32 weights, bfloat16 arithmetic
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return model(images).float()
    return model(images).float()


doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(EPOCHS):
    model.train()
    for i in torch.randperm(len(x)).split(50):
        optimizer.zero_grad()
        loss = criterion(forward(x[i]), y[i])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[i])
    schedule.step()
    model.eval()
    with torch.no_grad():
        out = forward(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
