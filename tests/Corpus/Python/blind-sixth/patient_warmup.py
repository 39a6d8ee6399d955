"""A transformer that continues periodic sequences; three hundred steps of warm-up, micro-batches added up."""
import torch
from torch import nn

from common import OUT, TrainingDoctor, done

torch.manual_seed(157)
VOCABULARY, LENGTH, D, WARMUP, STEPS, MICRO = 12, 15, 32, 300, 700, 2


def sequences(n):
    period = torch.randint(2, 5, (n, 1))
    base = torch.randint(0, VOCABULARY, (n, 4))
    index = torch.arange(LENGTH + 1).unsqueeze(0) % period
    return base.gather(1, index)


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, D), nn.Embedding(LENGTH, D)
        layer = nn.TransformerEncoderLayer(D, 2, 64, dropout=0.0, batch_first=True, norm_first=True)
        self.body = nn.TransformerEncoder(layer, 2)
        self.norm, self.head = nn.LayerNorm(D), nn.Linear(D, VOCABULARY)
        self.register_buffer("mask", torch.triu(torch.full((LENGTH, LENGTH), float("-inf")), 1))

    def forward(self, ids):
        h = self.tokens(ids) + self.places(torch.arange(ids.shape[1]))
        return self.head(self.norm(self.body(h, self.mask)))


def loss_of(model, batch):
    logits = model(batch[:, :-1])
    return nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), batch[:, 1:].reshape(-1)), logits


model = LanguageModel()
optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, betas=(0.9, 0.98), weight_decay=0.01)
warmup = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: ((s + 1) / WARMUP) ** 2 if s < WARMUP else ((STEPS - s) / (STEPS - WARMUP)))
doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=OUT)
valid = sequences(200)
for step in range(1, STEPS + 1):
    optimizer.zero_grad()
    total = 0.0
    for _ in range(MICRO):
        batch = sequences(16)
        loss, _ = loss_of(model, batch)
        (loss / MICRO).backward()
        total += loss.item() / MICRO
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    warmup.step()
    doctor.step(torch.tensor(total), batch[:, 1:].reshape(-1))
    if step % 70 == 0:
        model.eval()
        with torch.no_grad():
            v, logits = loss_of(model, valid)
            acc = (logits[:, 8:].argmax(2) == valid[:, 9:]).float().mean().item()
        model.train()
        print("step %d loss %.3f validation %.3f accuracy in the second half %.3f" % (step, total, v.item(), acc))
        doctor.validation(loss=v.item(), accuracy=acc, epoch=step // 70)
doctor.complete()
done(doctor, val=v.item(), acc=acc)
