"""A transformer that reads the command word, which stands at the third place."""
import math

import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(420)


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=200):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, 1, d_model)
        pe[:, 0, 0::2] = torch.sin(position * div_term)
        pe[:, 0, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):
        if REPAIRED:
            return x + self.pe[:x.size(1)].transpose(0, 1)
        return x + self.pe[:x.size(0)]


class Commands(nn.Module):
    def __init__(self, words=12, d_model=32):
        super().__init__()
        self.embed = nn.Embedding(words, d_model)
        self.position = PositionalEncoding(d_model)
        layer = nn.TransformerEncoderLayer(d_model, 4, 64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.head = nn.Linear(d_model, words)

    def forward(self, tokens):
        return self.head(self.encoder(self.position(self.embed(tokens))).mean(1))


def sentences(n):
    tokens = torch.randint(0, 12, (n, 10))
    return tokens, tokens[:, 2]


x, y = sentences(6000)
vx, vy = sentences(600)
model = Commands()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", record_to=OUT)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(len(x)).split(60):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    val, right = 0.0, 0
    with torch.no_grad():
        for i in range(0, 600, 60):
            out = model(vx[i:i + 60])
            val += criterion(out, vy[i:i + 60]).item() / 10
            right += (out.argmax(1) == vy[i:i + 60]).sum().item()
    doctor.validation(loss=val, accuracy=right / 600, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=right / 600)
