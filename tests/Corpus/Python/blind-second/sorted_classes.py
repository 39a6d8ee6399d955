"""Tabular classification; the rows lie in the file class by class."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(5)
centres = torch.randn(6, 12) * 0.8
y = torch.arange(6).repeat_interleave(900)                    # class by class, as the folders are read
x = centres[y] + torch.randn(len(y), 12)
vy = torch.randint(0, 6, (1200,))
vx = centres[vy] + torch.randn(1200, 12)
x, vx = (x - x.mean(0)) / x.std(0), (vx - x.mean(0)) / x.std(0)
train = DataLoader(TensorDataset(x, y), batch_size=45, shuffle=REPAIRED)
net = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 6))
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
ce = nn.CrossEntropyLoss()
with TrainingDoctor.attach(net, optimizer=opt, loss=ce, record_to=OUT, planned_steps=6 * len(train)) as doctor:
    for epoch in range(6):
        net.train()
        for bx, by in train:
            opt.zero_grad()
            loss = ce(net(bx), by)
            loss.backward()
            opt.step()
            doctor.step(loss, by)
        net.eval()
        with torch.no_grad():
            out = net(vx)
            acc = (out.argmax(1) == vy).float().mean().item()
            vloss = ce(out, vy).item()
        doctor.validation(loss=vloss, accuracy=acc, epoch=epoch + 1)
done(train=loss.item(), val=vloss, acc=acc)
