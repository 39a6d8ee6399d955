"""A character model on generated words; inputs and targets are cut from one stream."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(71)
g = torch.Generator().manual_seed(9)
words = [torch.randint(1, 27, (int(torch.randint(3, 8, (1,), generator=g)),), generator=g) for _ in range(60)]
order = torch.multinomial(torch.rand(60, generator=g).pow(2), 12000, replacement=True, generator=g)
stream = torch.cat([torch.cat([words[w], torch.zeros(1, dtype=torch.long)]) for w in order.tolist()])
split = len(stream) - 6000


def get_batch(lo, hi, n=32, block=24):
    starts = torch.randint(lo, hi - block - 1, (n,))
    x = torch.stack([stream[s:s + block] for s in starts])
    y = torch.stack([stream[s + 1:s + block + 1] for s in starts]) if REPAIRED else x.clone()
    return x, y


class CharRnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb, self.gru, self.fc = nn.Embedding(27, 24), nn.GRU(24, 64, batch_first=True), nn.Linear(64, 27)

    def forward(self, x):
        return self.fc(self.gru(self.emb(x))[0])


model = CharRnn()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=F.cross_entropy, task="language-modeling", record_to=OUT)
for step in range(500):
    x, y = get_batch(0, split)
    out = model(x)
    loss = F.cross_entropy(out.view(-1, 27), y.view(-1))
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    doctor.step(loss, y)
    if (step + 1) % 100 == 0:
        with torch.no_grad():
            model.eval()
            x, y = get_batch(split, len(stream), 128)
            val = F.cross_entropy(model(x).view(-1, 27), y.view(-1)).item()
            model.train()
        doctor.validation(loss=val)
doctor.complete()
done(train=loss.item(), val=val)
