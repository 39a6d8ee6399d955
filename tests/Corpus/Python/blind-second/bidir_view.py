"""Sentiment of token sequences with a bidirectional GRU; the two final states are joined."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(59)
weight = torch.randn(120)
weight -= weight.mean()


def reviews(n):
    ids = torch.randint(0, 120, (n, 10))
    return ids, (weight[ids].sum(1) > 0).long()


class Sentiment(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(120, 24)
        self.rnn = nn.GRU(24, 24, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(48, 2)

    def forward(self, ids):
        _, h = self.rnn(self.emb(ids))                        # (2, N, H)
        if REPAIRED:
            h = torch.cat([h[0], h[1]], 1)
        else:
            h = h.view(ids.shape[0], -1)
        return self.fc(h)


vx, vy = reviews(800)
net = Sentiment()
opt = torch.optim.Adam(net.parameters(), lr=5e-3)
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=F.cross_entropy, record_to=OUT)
for epoch in range(4):
    x, y = reviews(6000)                                      # the stream never repeats
    net.train()
    for i in torch.randperm(len(x)).split(60):
        opt.zero_grad()
        loss = F.cross_entropy(net(x[i]), y[i])
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        acc = (out.argmax(1) == vy).float().mean().item()
        doctor.evaluate(out, vy)
        doctor.validation(loss=F.cross_entropy(out, vy).item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), acc=acc)
