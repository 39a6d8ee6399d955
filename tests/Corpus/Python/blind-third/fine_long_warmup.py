"""Nothing is wrong here: a transformer whose warm-up takes a third of the run, so that the loss hardly moves at first."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(402)
T, V, STEPS, WARM = 8, 10, 390, 130


class Reverser(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tokens, self.places = nn.Embedding(V, d), nn.Embedding(T, d)
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4, 64, dropout=0.0, batch_first=True), 2)
        self.out = nn.Linear(d, V)

    def forward(self, ids):
        return self.out(self.blocks(self.tokens(ids) + self.places(torch.arange(T)))).transpose(1, 2)


model = Reverser()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: (s + 1) / WARM if s < WARM else 0.05 + 0.95 * (STEPS - s) / (STEPS - WARM))
criterion = nn.CrossEntropyLoss()
held = torch.randint(0, V, (300, T))
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for step in range(STEPS):
    x = torch.randint(0, V, (40, T))
    y = x.flip(1)
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    doctor.step(loss, y)
    scheduler.step()
    if (step + 1) % 65 == 0:
        model.eval()
        with torch.no_grad():
            out = model(held)
            val, acc = criterion(out, held.flip(1)).item(), (out.argmax(1) == held.flip(1)).float().mean().item()
        doctor.validation(loss=val, accuracy=acc)
        model.train()
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
