"""Cards that name their partner's number, by a transformer written by hand."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(421)


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.size = heads, dim // heads
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        att = (q @ k.transpose(-2, -1) / self.size ** 0.5).softmax(-1)
        out = att @ v                                   # (b, heads, t, size)
        if REPAIRED:
            out = out.transpose(1, 2)
        return self.proj(out.reshape(b, t, d))


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = MultiHeadSelfAttention(dim, 4)
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Partners(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.colours, self.numbers = nn.Embedding(6, dim), nn.Embedding(5, dim)
        self.blocks = nn.Sequential(Block(dim), Block(dim))
        self.head = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 5))

    def forward(self, colour, number):
        return self.head(self.blocks(self.colours(colour) + self.numbers(number)))


def cards(n):
    """Twelve cards, each colour twice; each card is to name the number of its partner."""
    order = torch.rand(n, 12).argsort(1)
    colour = (torch.arange(12) // 2)[order]
    pair = torch.randint(0, 5, (n, 12))
    number = pair.gather(1, order)
    return colour, number, pair.gather(1, order ^ 1)


colour, number, y = cards(5000)
vcolour, vnumber, vy = cards(400)
model = Partners()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(y)).split(50):
        loss = F.cross_entropy(model(colour[rows], number[rows]).flatten(0, 1), y[rows].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vcolour, vnumber)
        val, acc = F.cross_entropy(out.flatten(0, 1), vy.flatten()).item(), (out.argmax(-1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
