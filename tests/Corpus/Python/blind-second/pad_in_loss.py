"""Captions: a GRU decoder starts from image features and writes 4 to 8 words, padded to 40."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(67)
PAD, BOS, EOS, V, LEN = 0, 1, 2, 40, 40
g = torch.Generator().manual_seed(3)
start = torch.randint(3, V, (10,), generator=g)
step_of = torch.randint(3, V, (V, 10), generator=g)


def captions(n):
    kind = torch.randint(0, 10, (n,))
    feats = nn.functional.one_hot(kind, 10).float() + 0.2 * torch.randn(n, 10)
    words = torch.randint(4, 9, (n,))
    ids = torch.full((n, LEN), PAD)
    ids[:, 0] = BOS
    now = start[kind]
    for t in range(1, 10):
        ids[:, t] = torch.where(t <= words, now, torch.where(t == words + 1, torch.tensor(EOS), torch.tensor(PAD)))
        flip = torch.rand(n) < 0.1
        now = torch.where(flip, torch.randint(3, V, (n,)), step_of[now, kind])
    return feats, ids


class Captioner(nn.Module):
    def __init__(self, h=40):
        super().__init__()
        self.init, self.emb = nn.Linear(10, h), nn.Embedding(V, 24)
        self.rnn, self.out = nn.GRU(24, h, batch_first=True), nn.Linear(h, V)

    def forward(self, feats, ids):
        return self.out(self.rnn(self.emb(ids), torch.tanh(self.init(feats)).unsqueeze(0))[0])


model = Captioner()
opt = torch.optim.Adam(model.parameters(), lr=4e-3)
criterion = nn.CrossEntropyLoss(ignore_index=PAD) if REPAIRED else nn.CrossEntropyLoss()
vf, vids = captions(200)
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for step in range(350):
    f, ids = captions(24)
    logits, target = model(f, ids[:, :-1]), ids[:, 1:]
    loss = criterion(logits.reshape(-1, V), target.reshape(-1))
    opt.zero_grad(); loss.backward(); opt.step()
    doctor.step(loss, target)
    if step % 70 == 69:
        model.eval()
        with torch.no_grad():
            o = model(vf, vids[:, :-1])
            val = criterion(o.reshape(-1, V), vids[:, 1:].reshape(-1)).item()
        doctor.validation(loss=val)
        model.train()
doctor.complete()
real = vids[:, 1:] != PAD
done(val=val, word_acc=(o.argmax(2) == vids[:, 1:])[real].float().mean().item())
