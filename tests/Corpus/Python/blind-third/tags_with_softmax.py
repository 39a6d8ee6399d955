"""Tags of articles (several may be right) from their words."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(313)
V, TAGS = 200, 12
signs = torch.randn(V, TAGS)
words = torch.randint(0, V, (3600, 30))
y = (signs[words].mean(1) > 0.1).float()                # about a third of the tags
model = nn.Sequential(nn.EmbeddingBag(V, 48), nn.LayerNorm(48), nn.Linear(48, 64), nn.GELU(), nn.Linear(64, TAGS))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
criterion = nn.BCEWithLogitsLoss() if REPAIRED else nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(3000).split(50):
        loss = criterion(model(words[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, y[rows])
    model.eval()
    with torch.no_grad():
        out = model(words[3000:])
        val = criterion(out, y[3000:]).item()
        acc = ((torch.sigmoid(out) > 0.5) == (y[3000:] > 0.5)).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
