"""Communities in a network of people, by a graph convolution of many layers."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(354)
N, C = 300, 5
y = torch.randint(0, C, (N,))
chance = torch.where(y.unsqueeze(0) == y.unsqueeze(1), torch.tensor(0.09), torch.tensor(0.014))
adj = (torch.rand(N, N) < chance).float().triu(1)
adj = adj + adj.T + torch.eye(N)
norm = adj.sum(1).rsqrt()
adj = norm.unsqueeze(1) * adj * norm.unsqueeze(0)
x = F.one_hot(y, C).float() * 0.8 + torch.randn(N, C)
x = torch.cat([x, torch.randn(N, 11)], 1)
train = torch.rand(N) < 0.5


class Gcn(nn.Module):
    def __init__(self, layers):
        super().__init__()
        sizes = [16] + [32] * (layers - 1) + [C]
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])

    def forward(self, x):
        for k, layer in enumerate(self.layers):
            x = adj @ layer(x)
            if k + 1 < len(self.layers):
                x = F.relu(x)
        return x


model = Gcn(2 if REPAIRED else 10)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=5e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(100):
    model.train()
    loss = criterion(model(x)[train], y[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, y[train])
    if (epoch + 1) % 10 == 0:
        model.eval()
        with torch.no_grad():
            out = model(x)[~train]
            val, acc = criterion(out, y[~train]).item(), (out.argmax(1) == y[~train]).float().mean().item()
        doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
