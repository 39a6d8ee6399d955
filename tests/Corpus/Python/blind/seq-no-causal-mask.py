import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
V, T = 16, 12
P = torch.softmax(torch.randn(V, V) * 2, 1)
def chain(n):
    s = [torch.randint(0, V, (n,))]
    for _ in range(T): s.append(torch.multinomial(P[s[-1]], 1).squeeze(1))
    return torch.stack(s, 1)
train, val = chain(800), chain(150)
class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.qkv, self.proj = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))
        self.register_buffer("mask", torch.tril(torch.ones(T, T)).bool())
    def forward(self, x):
        q, k, v = self.qkv(self.n1(x)).chunk(3, -1)
        a = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
        if not BUG: a = a.masked_fill(~self.mask, float("-inf"))
        x = x + self.proj(a.softmax(-1) @ v)
        return x + self.mlp(self.n2(x))
class LM(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tok, self.pos = nn.Embedding(V, d), nn.Embedding(T, d)
        self.b1, self.b2, self.norm, self.head = Block(d), Block(d), nn.LayerNorm(d), nn.Linear(d, V)
    def forward(self, i): return self.head(self.norm(self.b2(self.b1(self.tok(i) + self.pos.weight))))
lm = LM(); opt = torch.optim.AdamW(lm.parameters(), 2e-3)
def lm_loss(logits, target): return F.cross_entropy(logits.reshape(-1, V), target.reshape(-1))
doctor = TrainingDoctor.attach(lm, optimizer=opt, loss=lm_loss, record_to=PATH)
for ep in range(14):
    lm.train()
    for s, _ in batches(train, train, 32):
        i, t = s[:, :-1], s[:, 1:]
        loss = lm_loss(lm(i), t); opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, t)
    lm.eval()
    with torch.no_grad():
        v = lm_loss(lm(val[:, :-1]), val[:, 1:]).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
