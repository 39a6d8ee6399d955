"""Mood of a comment: tokeniser, padding to a fixed length, LSTM, last output."""
import random

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from common import OUT, REPAIRED, TrainingDoctor, done

random.seed(127)
torch.manual_seed(127)
MAX_LENGTH = 80
GOOD = ["good", "great", "lovely", "fine", "superb", "nice"]
BAD = ["bad", "awful", "ugly", "poor", "dull", "nasty"]
OTHER = ["w%d" % i for i in range(80)]


def comment():
    mood = random.randint(0, 1)
    words = random.choices(OTHER, k=random.randint(4, 14))
    for _ in range(2):
        words.insert(random.randint(0, len(words)), random.choice(GOOD if mood else BAD))
    return " ".join(words), mood


class Tokenizer:
    def __init__(self):
        self.ids = {"<pad>": 0, "<unk>": 1}
        for w in GOOD + BAD + OTHER:
            self.ids[w] = len(self.ids)

    def __call__(self, texts):
        ids = torch.zeros(len(texts), MAX_LENGTH, dtype=torch.long)
        lengths = torch.zeros(len(texts), dtype=torch.long)
        for row, text in enumerate(texts):
            tokens = [self.ids.get(w, 1) for w in text.split()][:MAX_LENGTH]
            ids[row, :len(tokens)] = torch.tensor(tokens)
            lengths[row] = len(tokens)
        return ids, lengths


class MoodLSTM(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 24, padding_idx=0)
        self.lstm = nn.LSTM(24, 24, batch_first=True)
        self.fc = nn.Linear(24, 1)

    def forward(self, ids, lengths):
        e = self.embedding(ids)
        if REPAIRED:
            _, (h, _) = self.lstm(pack_padded_sequence(e, lengths, batch_first=True, enforce_sorted=False))
            return self.fc(h[-1]).squeeze(1)
        out, _ = self.lstm(e)
        return self.fc(out[:, -1]).squeeze(1)


tokenizer = Tokenizer()
train, valid = [comment() for _ in range(2000)], [comment() for _ in range(400)]
vi, vl = tokenizer([t for t, _ in valid])
vy = torch.tensor([float(m) for _, m in valid])
model = MoodLSTM(len(tokenizer.ids))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(1, 6):
    model.train()
    random.shuffle(train)
    for i in range(0, len(train), 40):
        part = train[i:i + 40]
        ids, lengths = tokenizer([t for t, _ in part])
        y = torch.tensor([float(m) for _, m in part])
        loss = criterion(model(ids, lengths), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y)
    model.eval()
    with torch.no_grad():
        out = model(vi, vl)
        v, acc = criterion(out, vy).item(), ((out > 0).float() == vy).float().mean().item()
    print("epoch %d loss %.3f validation %.3f accuracy %.3f" % (epoch, loss.item(), v, acc))
    doctor.validation(loss=v, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, val=v, acc=acc)
