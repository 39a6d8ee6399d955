import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
n, T, V, PAD = 1600, 12, 20, 0
length = torch.randint(4, 10, (n,))
tok = torch.randint(1, V, (n, T))
tok[torch.arange(T)[None] >= length[:, None]] = PAD
y = ((tok == 7).any(1) ^ (tok == 11).any(1)).long()
class Net(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.emb, self.pos = nn.Embedding(V, d, padding_idx=PAD), nn.Parameter(torch.randn(1, T, d) * 0.1)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4, 64, 0.0, batch_first=True), 1, enable_nested_tensor=False)
        self.out = nn.Linear(d, 2)
    def forward(self, t):
        mask = (t != PAD) if BUG else (t == PAD)        # True means "look away" in PyTorch
        h = self.enc(self.emb(t) + self.pos, src_key_padding_mask=mask)
        real = (t != PAD).unsqueeze(-1).float()
        return self.out((h * real).sum(1) / real.sum(1))
net = Net(); opt = torch.optim.Adam(net.parameters(), 1e-3); crit = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=crit, record_to=PATH)
for ep in range(14):
    net.train()
    for a, b in batches(tok[300:], y[300:], 50):
        opt.zero_grad(); loss = crit(net(a), b); loss.backward(); opt.step(); doctor.step(loss, b)
    net.eval()
    with torch.no_grad():
        o = net(tok[:300]); acc = (o.argmax(1) == y[:300]).float().mean().item()
        doctor.validation(loss=crit(o, y[:300]).item(), accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
