import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T, V, PAD = 1100, 20, 25, 0
length = torch.randint(3, 7, (n,))
words = torch.randint(1, V, (n, T)); perm = torch.randperm(V - 1)
tags = perm[words - 1] % 6 + 1
prev = torch.roll(words, 1, 1) % 2
tags = (tags + prev - 1) % 6 + 1
out_of = torch.arange(T)[None] >= length[:, None]
words[out_of] = PAD; tags[out_of] = PAD
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(V, 24, padding_idx=PAD); self.rnn = nn.GRU(24, 32, batch_first=True, bidirectional=True); self.out = nn.Linear(64, 7)
    def forward(self, w): return self.out(self.rnn(self.emb(w))[0])
net = Tagger(); opt = torch.optim.Adam(net.parameters(), 3e-3)
crit = nn.CrossEntropyLoss() if BUG else nn.CrossEntropyLoss(ignore_index=PAD)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(8):
    for w, t in batches(words[300:], tags[300:], 50):
        loss = crit(net(w).transpose(1, 2), t); opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, t)
    with torch.no_grad():
        o = net(words[:300]); v = crit(o.transpose(1, 2), tags[:300]).item()
        acc = (o.argmax(-1) == tags[:300]).float().mean().item() if BUG else (o.argmax(-1) == tags[:300])[~out_of[:300]].float().mean().item()
    doctor.validation(loss=v, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
