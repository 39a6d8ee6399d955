"""A GRU language model on short sentences; the tokenizer has no pad token, so one is borrowed."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(11)
EOS, BOS = 1, 2
PAD = 0 if REPAIRED else EOS
g = torch.Generator().manual_seed(4)
nxt = torch.rand(24, 24, generator=g).pow(8) + 1e-4
nxt[:, :3] = 0
stop = torch.zeros(24)
stop[18:] = 0.75                                      # words of the last group end a sentence


def sentences(n, longest=14):
    ids = torch.full((n, longest + 2), PAD)
    ids[:, 0] = BOS
    ended = torch.zeros(n, dtype=torch.bool)
    for t in range(1, longest + 2):
        now = ids[:, t - 1].clone()
        now[ended] = BOS
        word = torch.multinomial(nxt[now], 1).squeeze(1)
        if t > 1:
            ends = (~ended) & ((torch.rand(n) < stop[now]) | (t == longest + 1))
        else:
            ends = torch.zeros(n, dtype=torch.bool)
        word[ends] = EOS
        ids[:, t] = torch.where(ended, torch.tensor(PAD), word)
        ended |= ends
    return ids


def collate(ids):
    inputs, labels = ids[:, :-1], ids[:, 1:].clone()
    labels[labels == PAD] = -100
    return inputs, labels


class Lm(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb, self.rnn, self.head = nn.Embedding(24, 32), nn.GRU(32, 48, batch_first=True), nn.Linear(48, 24)

    def forward(self, ids):
        return self.head(self.rnn(self.emb(ids))[0])


model = Lm()
opt = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
criterion = nn.CrossEntropyLoss(ignore_index=-100)
heldout = collate(sentences(400))
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for step in range(400):
    ids, labels = collate(sentences(48))
    loss = criterion(model(ids).flatten(0, 1), labels.flatten())
    opt.zero_grad(); loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    doctor.step(loss, labels)
    if step % 80 == 79:
        model.eval()
        with torch.no_grad():
            val = criterion(model(heldout[0]).flatten(0, 1), heldout[1].flatten()).item()
        doctor.validation(loss=val)
        model.train()
doctor.complete()
with torch.no_grad():
    seen = torch.full((200, 1), BOS)
    for _ in range(20):
        seen = torch.cat([seen, torch.multinomial(model(seen)[:, -1].softmax(1), 1)], 1)
done(val=val, ended=(seen == EOS).any(1).float().mean().item())
