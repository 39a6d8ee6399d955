"""A dense net ported from TensorFlow 1, where dropout took the share to keep."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(107)
keep_prob = 0.9
p = 1 - keep_prob if REPAIRED else keep_prob
x, y, vx, vy = digits(9)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 10))
opt = torch.optim.Adam(model.parameters(), lr=1.5e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(8):
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
