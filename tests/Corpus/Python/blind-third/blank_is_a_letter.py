"""Letters read from a strip of features without alignment, by CTC."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(330)
LETTERS, FRAMES, WORD = 6, 24, 5
sounds = torch.randn(LETTERS, 10)
BLANK = LETTERS if REPAIRED else 0                       # letters are numbered from 0


def strips(n):
    words = torch.randint(0, LETTERS, (n, WORD))
    words[:, ::2] = torch.where(torch.rand(n, 3) < 0.3, torch.zeros(n, 3, dtype=torch.long), words[:, ::2])
    x = 0.5 * torch.randn(n, FRAMES, 10)
    for k in range(n):
        at = 1
        for letter in words[k]:
            x[k, at:at + 3] += sounds[letter]
            at += 4 + int(torch.randint(0, 2, (1,))) * (at < 16)
    return x, words


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.out = nn.GRU(10, 32, batch_first=True, bidirectional=True), nn.Linear(64, LETTERS + (1 if REPAIRED else 0))

    def forward(self, x):
        return self.out(self.rnn(x)[0]).log_softmax(2).transpose(0, 1)


def lengths(n):
    return torch.full((n,), FRAMES), torch.full((n,), WORD)


def read(log_p):
    best = log_p.argmax(2).T
    words = []
    for row in best.tolist():
        words.append([c for k, c in enumerate(row) if c != BLANK and (k == 0 or c != row[k - 1])])
    return words


x, y = strips(900)
vx, vy = strips(200)
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
ctc = nn.CTCLoss(blank=BLANK)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=ctc, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(900).split(30):
        loss = ctc(model(x[rows]), y[rows], *lengths(len(rows)))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val = ctc(out, vy, *lengths(200)).item()
        right = sum(a == b for a, b in zip(read(out), vy.tolist())) / 200
    doctor.validation(loss=val, accuracy=right, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, words=right)
