import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
order = yt.argsort()          # files are read folder by folder, one folder a class
train = DataLoader(TensorDataset(xt[order], yt[order]), batch_size=32, shuffle=not BUG)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=PATH)
for epoch in range(8):
    model.train()
    for inputs, targets in train:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        doctor.step(loss, targets)
    model.eval()
    with torch.no_grad():
        out = model(xv)
    acc = (out.argmax(1) == yv).float().mean().item()
    doctor.validation(loss=criterion(out, yv).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
print("result", loss.item(), acc)
