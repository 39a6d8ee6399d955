import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T, V = 2400, 8, 12
src = torch.randint(0, V, (n, T)); tgt = (src.flip(1) + 3) % V       # reverse and shift the alphabet
class Seq2Seq(nn.Module):
    def __init__(self, h=64):
        super().__init__()
        self.encoder = nn.ModuleDict(dict(emb=nn.Embedding(V, 24), rnn=nn.GRU(24, h, batch_first=True, bidirectional=True)))
        self.decoder = nn.Sequential(nn.Linear(2 * h, h), nn.ReLU(), nn.Linear(h, V))
    def forward(self, s):
        e = self.encoder["rnn"](self.encoder["emb"](s))[0]
        return self.decoder(e.flip(1))
m = Seq2Seq()
enc_opt, dec_opt = torch.optim.Adam(m.encoder.parameters(), 3e-3), torch.optim.Adam(m.decoder.parameters(), 3e-3)
doctor = TrainingDoctor.attach(m, loss=F.cross_entropy, record_to=PATH)
for ep in range(5):
    for a, b in batches(src[400:], tgt[400:], 50):
        enc_opt.zero_grad(); dec_opt.zero_grad()
        out = m(a); loss = F.cross_entropy(out.reshape(-1, V), b.reshape(-1))
        loss.backward()
        enc_opt.step()
        if not BUG: dec_opt.step()
        doctor.step(loss, b)
    with torch.no_grad():
        o = m(src[:400]); acc = (o.argmax(-1) == tgt[:400]).float().mean().item(); v = F.cross_entropy(o.reshape(-1, V), tgt[:400].reshape(-1)).item()
    doctor.validation(loss=v, accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
