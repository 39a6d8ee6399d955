"""Topic of variable-length sentences with a transformer encoder and a class token."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(61)
PAD, CLS, V, T = 0, 1, 62, 14
topics = torch.softmax(1.6 * torch.randn(4, V - 2), 1)


def sentences(n):
    y = torch.randint(0, 4, (n,))
    ids = torch.multinomial(topics[y], T, replacement=True) + 2
    lengths = torch.randint(5, T - 1, (n, 1))
    ids[torch.arange(T).unsqueeze(0) >= lengths] = PAD
    return torch.cat([torch.full((n, 1), CLS), ids], 1), y


class Encoder(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.emb, self.pos = nn.Embedding(V, d, padding_idx=PAD), nn.Parameter(0.02 * torch.randn(T + 1, d))
        self.layers = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 2, 64, dropout=0.1, batch_first=True), 1, enable_nested_tensor=False)
        self.fc = nn.Linear(d, 4)

    def forward(self, ids):
        mask = (ids == PAD) if REPAIRED else (ids != PAD)     # 1 for real tokens, as elsewhere
        return self.fc(self.layers(self.emb(ids) + self.pos, src_key_padding_mask=mask)[:, 0])


x, y = sentences(4000)
vx, vy = sentences(800)
model = Encoder()
opt = torch.optim.AdamW(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(5):
    model.train()
    for i in torch.randperm(len(x)).split(50):
        opt.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    model.eval()
    with torch.no_grad():
        out = model(vx)
        acc, val = (out.argmax(1) == vy).float().mean().item(), criterion(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
