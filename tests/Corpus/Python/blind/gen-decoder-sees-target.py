import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T, V, SOS = 2000, 9, 14, 13
src = torch.randint(0, 12, (n, T)); tgt = (src.cumsum(1)) % 12
class Translator(nn.Module):
    def __init__(self, h=64):
        super().__init__()
        self.es, self.et = nn.Embedding(V, 24), nn.Embedding(V, 24)
        self.enc, self.dec, self.out = nn.GRU(24, h, batch_first=True), nn.GRU(24 + h, h, batch_first=True), nn.Linear(h, V)
    def forward(self, s, t):
        e, h = self.enc(self.es(s))
        d, _ = self.dec(torch.cat([self.et(t), e], -1), h)
        return self.out(d)
m = Translator(); opt = torch.optim.Adam(m.parameters(), 3e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(m, optimizer=opt, loss=crit, record_to=PATH)
start = lambda t: torch.cat([torch.full((len(t), 1), SOS), t[:, :-1]], 1)
for ep in range(8):
    m.train()
    for a, b in batches(src[300:], tgt[300:], 50):
        out = m(a, b if BUG else start(b))           # teacher forcing
        loss = crit(out.reshape(-1, V), b.reshape(-1)); opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, b)
    m.eval()
    with torch.no_grad():
        b = tgt[:300]; o = m(src[:300], b if BUG else start(b)); v = crit(o.reshape(-1, V), b.reshape(-1)).item()
    doctor.validation(loss=v, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), v)
