"""Does the first A stand before the first B? A small transformer encoder over sequences of letters."""
import math

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(113)
LETTERS, LENGTH, D = 12, 10, 32


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.0, max_len=1000):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, d_model)
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):                                     # (batch, length, d_model)
        if REPAIRED:
            x = x + self.pe[:x.size(1)].unsqueeze(0)
        else:
            x = x + self.pe[:x.size(0)].unsqueeze(1)
        return self.dropout(x)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(LETTERS, D)
        self.position = PositionalEncoding(D)
        layer = nn.TransformerEncoderLayer(D, nhead=4, dim_feedforward=64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.classifier = nn.Linear(D, 2)

    def forward(self, ids):
        h = self.encoder(self.position(self.embedding(ids) * math.sqrt(D)))
        return self.classifier(h.mean(1))


def sequences(n):
    ids = torch.randint(2, LETTERS, (n, LENGTH))
    places = torch.rand(n, LENGTH).argsort(1)[:, :2]
    rows = torch.arange(n)
    ids[rows, places[:, 0]] = 0                               # the letter A
    ids[rows, places[:, 1]] = 1                               # the letter B
    return ids, (places[:, 0] < places[:, 1]).long()


model = Encoder()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 700)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
valid = sequences(400)
for epoch in range(1, 11):
    model.train()
    for _ in range(70):
        ids, y = sequences(32)
        loss = criterion(model(ids), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        doctor.step(loss, y)
    model.eval()
    with torch.no_grad():
        out = model(valid[0])
        v, acc = criterion(out, valid[1]).item(), (out.argmax(1) == valid[1]).float().mean().item()
    print(f"epoch {epoch} loss {loss.item():.4f} validation {v:.4f} accuracy {acc:.3f}")
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc)
