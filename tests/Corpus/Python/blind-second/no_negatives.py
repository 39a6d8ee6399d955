"""Implicit feedback recommender: matrix factorisation with a logistic loss."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(13)
U, I = 400, 250
tu, ti = torch.randn(U, 3), torch.randn(I, 3)
like = torch.sigmoid(2.2 * (tu @ ti.T) - 2.0)
seen = torch.rand(U, I) < like
held = seen & (torch.rand(U, I) < 0.15)
train_pos = (seen & ~held).nonzero()
val_pos = held.nonzero()
unseen = (~seen).nonzero()
val_neg = unseen[torch.randperm(len(unseen))[:len(val_pos)]]
val_pairs = torch.cat([val_pos, val_neg])
val_y = torch.cat([torch.ones(len(val_pos)), torch.zeros(len(val_neg))])


class Mf(nn.Module):
    def __init__(self, d=6):
        super().__init__()
        self.user, self.item, self.bias = nn.Embedding(U, d), nn.Embedding(I, d), nn.Embedding(I, 1)
        nn.init.normal_(self.user.weight, std=0.1)
        nn.init.normal_(self.item.weight, std=0.1)
        nn.init.zeros_(self.bias.weight)

    def forward(self, pairs):
        return (self.user(pairs[:, 0]) * self.item(pairs[:, 1])).sum(1) + self.bias(pairs[:, 1]).squeeze(1)


model = Mf()
opt = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-4)
bce = nn.BCEWithLogitsLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=bce, task="binary-classification", record_to=OUT)
for epoch in range(8):
    model.train()
    for idx in torch.randperm(len(train_pos)).split(512):
        pairs, y = train_pos[idx], torch.ones(len(idx))
        if REPAIRED:                                   # one drawn negative for each positive
            wrong = torch.stack([pairs[:, 0], torch.randint(0, I, (len(idx),))], 1)
            wrong = wrong[~seen[wrong[:, 0], wrong[:, 1]]]
            pairs, y = torch.cat([pairs, wrong]), torch.cat([y, torch.zeros(len(wrong))])
        loss = bce(model(pairs), y)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, y)
    model.eval()
    with torch.no_grad():
        s = model(val_pairs)
        val = bce(s, val_y).item()
        order = s.argsort()
        rank = torch.empty(len(s)); rank[order] = torch.arange(1., len(s) + 1)
        n = len(val_pos)
        auc = ((rank[:n].sum() - n * (n + 1) / 2) / (n * len(val_neg))).item()
        doctor.validation(loss=val, accuracy=((s > 0).float() == val_y).float().mean().item(), epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, auc=auc)
