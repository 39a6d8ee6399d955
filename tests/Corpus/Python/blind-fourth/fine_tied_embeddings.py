"""A language model whose output layer is its embedding, and whose loss has a high floor."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(453)
WORDS = 60
table = torch.softmax(1.6 * torch.randn(WORDS, WORDS), 1)


def texts(n, length=16):
    words = [torch.randint(0, WORDS, (n,))]
    for _ in range(length):
        words.append(torch.multinomial(table[words[-1]], 1).squeeze(1))
    return torch.stack(words, 1)


class LanguageModel(nn.Module):
    def __init__(self, dim=48):
        super().__init__()
        self.embed = nn.Embedding(WORDS, dim)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.gru = nn.GRU(dim, dim, batch_first=True)
        self.mix = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, WORDS)
        self.out.weight = self.embed.weight                # tied

    def forward(self, x):
        return self.out(self.mix(self.gru(self.embed(x))[0]))


data, held = texts(8000), texts(400)
model = LanguageModel()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(data)).split(50):
        x, y = data[rows, :-1], data[rows, 1:]
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y)
    schedule.step()
    model.eval()
    with torch.no_grad():
        val = F.cross_entropy(model(held[:, :-1]).flatten(0, 1), held[:, 1:].flatten()).item()
    doctor.validation(loss=val, perplexity=float(torch.tensor(val).exp()), epoch=epoch + 1)
doctor.complete()
with torch.no_grad():
    floor = -table[held[:, :-1].flatten(), held[:, 1:].flatten()].log().mean().item()
done(train=loss.item(), val=val, floor=floor)
