"""A network trained for one plant is adapted to another by low-rank adapters only."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(431)
states = torch.randn(6, 32)
turn, _ = torch.linalg.qr(torch.randn(32, 32))


def plant(n, other):
    y = torch.randint(0, 6, (n,))
    x = states[y] + 1.5 * torch.randn(n, 32)
    return (x @ turn if other else x), y


class LoRALinear(nn.Module):
    def __init__(self, base, rank=8):
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad = False
        self.lora_A = nn.Parameter(torch.zeros(rank, base.in_features))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, rank))
        if REPAIRED:
            nn.init.normal_(self.lora_A, std=1 / base.in_features ** 0.5)

    def forward(self, x):
        return self.base(x) + 2 * (x @ self.lora_A.T) @ self.lora_B.T


base = nn.Sequential(nn.Linear(32, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 6))
criterion = nn.CrossEntropyLoss()
x, y = plant(4000, other=False)
pretraining = torch.optim.Adam(base.parameters(), lr=1e-3)
for epoch in range(4):
    for rows in torch.randperm(len(x)).split(50):
        pretraining.zero_grad()
        criterion(base(x[rows]), y[rows]).backward()
        pretraining.step()

model = nn.Sequential(*[LoRALinear(m) if isinstance(m, nn.Linear) else m for m in base])
x, y = plant(5000, other=True)
vx, vy = plant(1000, other=True)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(len(x)).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
