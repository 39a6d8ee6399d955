"""A regression network whose depth is an argument."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(139)


class Deep(nn.Module):
    def __init__(self, inputs, width, depth):
        super().__init__()
        sizes = [inputs] + [width] * depth
        hidden = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
        self.hidden = nn.ModuleList(hidden) if REPAIRED else hidden
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        for layer in self.hidden:
            x = torch.tanh(layer(x))
        return self.out(x)


x = torch.rand(5000, 10)
y = 10 * torch.sin(3.14159 * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4] + torch.randn(5000)
y = ((y - y.mean()) / y.std()).unsqueeze(1)
x = (x - 0.5) / 0.289
train = DataLoader(TensorDataset(x[:4200], y[:4200]), batch_size=60, shuffle=True)
vx, vy = x[4200:], y[4200:]
model = Deep(10, 48, 3)
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.MSELoss()
with TrainingDoctor.attach(model, optimizer=opt, loss=criterion, task="regression", record_to=OUT) as doctor:
    for epoch in range(10):
        model.train()
        for bx, by in train:
            opt.zero_grad()
            loss = criterion(model(bx), by)
            loss.backward()
            opt.step()
            doctor.step(loss, by)
        model.eval()
        with torch.no_grad():
            val = criterion(model(vx), vy).item()
        doctor.validation(loss=val, epoch=epoch + 1)
done(train=loss.item(), val=val)
