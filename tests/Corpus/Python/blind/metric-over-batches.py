import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
train, valid = DataLoader(TensorDataset(xt, yt), 64, shuffle=True, drop_last=True), DataLoader(TensorDataset(xv, yv), 36)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), 1e-3); criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=PATH)
for epoch in range(14):
    model.train()
    for inputs, targets in train:
        optimizer.zero_grad(); loss = criterion(model(inputs), targets); loss.backward(); optimizer.step()
        doctor.step(loss, targets)
    model.eval(); correct, val = 0, 0.0
    with torch.no_grad():
        for inputs, targets in valid:
            out = model(inputs); val += criterion(out, targets).item() / len(valid); correct += (out.argmax(1) == targets).sum().item()
    doctor.validation(loss=val, accuracy=correct / (len(valid) if BUG else len(valid.dataset)), epoch=epoch + 1)
doctor.complete(); print("result", loss.item(), val, correct)
