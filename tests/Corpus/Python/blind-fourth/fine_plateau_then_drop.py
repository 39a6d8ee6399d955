"""Looking up a word by its key: nothing for a while, then attention finds it and the loss falls."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(459)
KEYS, VALUES, PAIRS = 24, 12, 12


def lists(n):
    keys = torch.rand(n, KEYS).argsort(1)[:, :PAIRS]
    values = torch.randint(0, VALUES, (n, PAIRS))
    which = torch.randint(0, PAIRS, (n, 1))
    return keys, values, keys.gather(1, which).squeeze(1), values.gather(1, which).squeeze(1)


class Lookup(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.keys, self.values = nn.Embedding(KEYS, dim), nn.Embedding(VALUES, dim)
        nn.init.normal_(self.keys.weight, std=0.02)
        self.query, self.key, self.value = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.out = nn.Linear(dim, VALUES)
        nn.init.normal_(self.query.weight, std=0.02)
        nn.init.normal_(self.key.weight, std=0.02)

    def forward(self, keys, values, asked):
        q = self.query(self.keys(asked)).unsqueeze(1)
        k, v = self.key(self.keys(keys)), self.value(self.values(values))
        att = (q @ k.transpose(1, 2) / 32 ** 0.5).softmax(-1)
        return self.out((att @ v).squeeze(1))


model = Lookup()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="multiclass-classification", record_to=OUT)
vkeys, vvalues, vasked, vy = lists(1000)
for step in range(2000):
    keys, values, asked, y = lists(64)
    loss = F.cross_entropy(model(keys, values, asked), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, y)
    if step % 100 == 99:
        with torch.no_grad():
            out = model(vkeys, vvalues, vasked)
            val, acc = F.cross_entropy(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
        doctor.validation(loss=val, accuracy=acc, epoch=step // 100 + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
