import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
V, T = 12, 12
P = torch.softmax(torch.randn(V, V) * 3, 1)
def chain(n):
    s = [torch.randint(0, V, (n,))]
    for _ in range(T): s.append(torch.multinomial(P[s[-1]], 1).squeeze(1))
    return torch.stack(s, 1)
train, val = chain(800), chain(150)
class CausalLM(nn.Module):
    """Shifts labels itself, as the models of a well-known library do."""
    def __init__(self):
        super().__init__()
        self.emb, self.rnn, self.head = nn.Embedding(V, 32), nn.GRU(32, 32, batch_first=True), nn.Linear(32, V)
    def forward(self, ids): return self.head(self.rnn(self.emb(ids))[0])
    def loss(self, logits, labels): return F.cross_entropy(logits[:, :-1].reshape(-1, V), labels[:, 1:].reshape(-1))
lm = CausalLM(); opt = torch.optim.Adam(lm.parameters(), 3e-3)
doctor = TrainingDoctor.attach(lm, optimizer=opt, loss=lm.loss, record_to=PATH)
prepare = (lambda s: (s[:, :-1], s[:, 1:])) if BUG else (lambda s: (s[:, :-1], s[:, :-1]))
for ep in range(10):
    for s, _ in batches(train, train, 40):
        ids, labels = prepare(s)
        logits = lm(ids); loss = lm.loss(logits, labels)
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, labels if BUG else labels)
    with torch.no_grad():
        ids, labels = prepare(val); v = lm.loss(lm(ids), labels).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
