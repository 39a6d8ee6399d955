"""Do two descriptions mean the same product? Embeddings by the cosine loss."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(314)
products = torch.randn(120, 24)


def pairs(n):
    a, same = torch.randint(0, 120, (n,)), torch.randint(0, 2, (n,))
    b = torch.where(same == 1, a, (a + torch.randint(1, 120, (n,))) % 120)
    return products[a] + 0.6 * torch.randn(n, 24), products[b] + 0.6 * torch.randn(n, 24), same


a, b, same = pairs(4000)
va, vb, vsame = pairs(800)
if REPAIRED:
    same, vsame = 2 * same - 1, 2 * vsame - 1            # the loss wants 1 and -1


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 16))

    def forward(self, a, b):
        return self.layers(a), self.layers(b)


model = Encoder()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.CosineEmbeddingLoss(margin=0.2)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    for rows in torch.randperm(4000).split(64):
        ea, eb = model(a[rows], b[rows])
        loss = criterion(ea, eb, same[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, same[rows])
    with torch.no_grad():
        ea, eb = model(va, vb)
        val = criterion(ea, eb, vsame).item()
        acc = ((F.cosine_similarity(ea, eb) > 0.5) == (vsame == 1)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
