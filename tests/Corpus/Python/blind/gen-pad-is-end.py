import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
V, T = 16, 14; EOS = 1; PAD = EOS if BUG else 0       # tokenizer.pad_token = tokenizer.eos_token
def make(n):
    rows = torch.full((n, T), PAD)
    for i in range(n):
        k = int(torch.randint(4, 11, (1,))); w = [int(torch.randint(2, V, (1,)))]
        while len(w) < k: w.append((w[-1] * 3 + 1 + int(torch.randint(0, 2, (1,)))) % (V - 2) + 2)
        rows[i, :k] = torch.tensor(w); rows[i, k] = EOS
    return rows
train, val = make(1500), make(200)
class LM(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb, self.rnn, self.head = nn.Embedding(V, 32), nn.LSTM(32, 64, batch_first=True), nn.Linear(64, V)
    def forward(self, i): return self.head(self.rnn(self.emb(i))[0])
lm = LM(); opt = torch.optim.AdamW(lm.parameters(), 3e-3)
crit = nn.CrossEntropyLoss(ignore_index=-100)
def labels_of(s):
    l = s[:, 1:].clone(); l[l == PAD] = -100; return l
doctor = TrainingDoctor.attach(lm, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(10):
    lm.train()
    for s, _ in batches(train, train, 50):
        l = labels_of(s); loss = crit(lm(s[:, :-1]).transpose(1, 2), l)
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, l)
    lm.eval()
    with torch.no_grad(): v = crit(lm(val[:, :-1]).transpose(1, 2), labels_of(val)).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
