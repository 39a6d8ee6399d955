"""Ratings of films by matrix factorisation with biases."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(305)
USERS, ITEMS, K = 400, 150, 4
taste, kind = torch.randn(USERS, K), torch.randn(ITEMS, K)
u, i = torch.randint(0, USERS, (24000,)), torch.randint(0, ITEMS, (24000,))
r = 3.5 + 0.6 * (taste[u] * kind[i]).sum(1) + 0.2 * torch.randn(24000)
limit = USERS if REPAIRED else 40                      # size of the table, from an older data set
u = u.clamp(max=limit - 1)


class Factors(nn.Module):
    def __init__(self, users, items, k=8):
        super().__init__()
        self.user, self.item = nn.Embedding(users, k), nn.Embedding(items, k)
        self.user_bias, self.item_bias = nn.Embedding(users, 1), nn.Embedding(items, 1)
        self.mean = nn.Parameter(torch.tensor(3.5))
        for table in (self.user, self.item, self.user_bias, self.item_bias):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, u, i):
        return self.mean + (self.user(u) * self.item(i)).sum(1) + (self.user_bias(u) + self.item_bias(i)).squeeze(1)


model = Factors(limit, ITEMS)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
criterion = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="regression", record_to=OUT)
train, held = slice(0, 20000), slice(20000, None)
tu, ti, tr = u[train], i[train], r[train]
for epoch in range(6):
    for rows in torch.randperm(20000).split(200):
        loss = criterion(model(tu[rows], ti[rows]), tr[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, tr[rows])
    with torch.no_grad():
        val = criterion(model(u[held], i[held]), r[held]).item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val)
