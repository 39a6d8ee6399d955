"""Gestures from a glove: frames are read into a buffer and collected per recording."""
import numpy as np
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

rng = np.random.RandomState(403)
torch.manual_seed(403)
poses = rng.randn(7, 30).astype(np.float32)


def read_frame(buffer, gesture):
    buffer[:] = poses[gesture] + 1.9 * rng.randn(30)


def load(recordings, copy):
    frames, gestures = [], []
    for _ in range(recordings):
        buffer = np.zeros(30, dtype=np.float32)
        for _ in range(40):
            gesture = rng.randint(7)
            read_frame(buffer, gesture)
            frames.append(buffer.copy() if copy else buffer)
            gestures.append(gesture)
    return torch.from_numpy(np.stack(frames)), torch.tensor(gestures)


x, y = load(100, REPAIRED)
vx, vy = load(20, REPAIRED)
tx, ty = load(20, True)            # live, frame by frame
model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 7))
opt = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-3)
loss_fn = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=loss_fn, task="multiclass-classification", record_to=OUT)
for epoch in range(9):
    model.train()
    order = torch.randperm(len(x))
    for start in range(0, len(x), 50):
        rows = order[start:start + 50]
        loss = loss_fn(model(x[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = loss_fn(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
live = (model(tx).argmax(1) == ty).float().mean().item()
done(train=loss.item(), val=val, acc=acc, live=live)
