"""A small transformer that sorts digits, with warm-up and decay by a function of the step."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(345)
T, BASE, STEPS, WARM = 8, 2e-3, 420, 60


class Sorter(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tokens, self.places = nn.Embedding(10, d), nn.Parameter(0.1 * torch.randn(T, d))
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4, 64, dropout=0.0, batch_first=True), 2)
        self.out = nn.Linear(d, 10)

    def forward(self, ids):
        return self.out(self.blocks(self.tokens(ids) + self.places)).transpose(1, 2)


def schedule(step):
    share = (step + 1) / WARM if step < WARM else (STEPS - step) / (STEPS - WARM)
    return share if REPAIRED else BASE * share


model = Sorter()
optimizer = torch.optim.AdamW(model.parameters(), lr=BASE)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
criterion = nn.CrossEntropyLoss()
vx = torch.randint(0, 10, (400, T))
vy = vx.sort(1)[0]
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for step in range(STEPS):
    x = torch.randint(0, 10, (48, T))
    y = x.sort(1)[0]
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, y)
    scheduler.step()
    if (step + 1) % 70 == 0:
        model.eval()
        with torch.no_grad():
            out = model(vx)
            val, acc = criterion(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
        doctor.validation(loss=val, accuracy=acc)
        model.train()
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
