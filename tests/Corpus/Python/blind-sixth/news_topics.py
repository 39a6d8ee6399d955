"""Topic of a short text: mean of word vectors and one linear layer, after the well-known tutorial."""
import torch
from torch import nn
from torch.utils.data import DataLoader

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(5)
VOCABULARY, TOPICS, PER_TOPIC = 600, 10, 25
topic_words = torch.randperm(VOCABULARY)[:TOPICS * PER_TOPIC].view(TOPICS, PER_TOPIC)


def article():
    topic = torch.randint(0, TOPICS, (1,)).item()
    length = torch.randint(12, 30, (1,)).item()
    words = torch.randint(0, VOCABULARY, (length,))
    special = torch.rand(length) < 0.3
    words[special] = topic_words[topic][torch.randint(0, PER_TOPIC, (int(special.sum()),))]
    return topic, words


def collate(batch):
    labels = torch.tensor([b[0] for b in batch])
    offsets = torch.tensor([0] + [len(b[1]) for b in batch[:-1]]).cumsum(0)
    return labels, torch.cat([b[1] for b in batch]), offsets


class TextClassifier(nn.Module):
    def __init__(self, vocabulary, width, classes):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary, width)
        self.fc = nn.Linear(width, classes)
        self.softmax = nn.Softmax(dim=1)
        self.embedding.weight.data.uniform_(-0.5, 0.5)
        self.fc.weight.data.uniform_(-0.5, 0.5)
        self.fc.bias.data.zero_()

    def forward(self, text, offsets):
        out = self.fc(self.embedding(text, offsets))
        return out if REPAIRED else self.softmax(out)


train_data = [article() for _ in range(5000)]
valid_data = [article() for _ in range(800)]
train_loader = DataLoader(train_data, batch_size=32, shuffle=True, collate_fn=collate)
valid_loader = DataLoader(valid_data, batch_size=200, collate_fn=collate)

model = TextClassifier(VOCABULARY, 48, TOPICS)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(1, 8):
    model.train()
    for label, text, offsets in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(text, offsets), label)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        doctor.step(loss, label)
    model.eval()
    with torch.no_grad():
        outs = [(model(t, o), l) for l, t, o in valid_loader]
        out, lab = torch.cat([a for a, _ in outs]), torch.cat([b for _, b in outs])
        val_loss, acc = criterion(out, lab).item(), (out.argmax(1) == lab).float().mean().item()
    print(epoch, "loss", round(loss.item(), 3), "valid", round(val_loss, 3), "accuracy", round(acc, 3))
    doctor.validation(loss=val_loss, accuracy=acc, epoch=epoch)
doctor.complete()
done(doctor, train=loss.item(), val=val_loss, acc=acc)
