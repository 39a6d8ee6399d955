"""Speech-like commands: a learnable front end, an encoder and a classifier."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(151)


def commands(n, length=160):
    y = torch.randint(0, 6, (n,))
    t = torch.arange(length).float()
    f = (0.25 + 0.22 * y.float()).unsqueeze(1) * (1 + 0.03 * torch.randn(n, 1))
    tone = torch.sin(f * t + 6.28 * torch.rand(n, 1))
    return (tone + 0.9 * torch.randn(n, length)).unsqueeze(1), y


class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.frontend = nn.Sequential(nn.Conv1d(1, 12, 25, stride=4), nn.ReLU(), nn.Conv1d(12, 4, 5, stride=2), nn.ReLU())
        self.encoder = nn.Sequential(nn.AdaptiveAvgPool1d(4), nn.Flatten(), nn.Linear(16, 32), nn.ReLU())
        self.classifier = nn.Linear(32, 6)

    def forward(self, wave):
        feats = self.frontend(wave)
        if not REPAIRED:
            feats = feats.detach()
        return self.classifier(self.encoder(feats))


x, y = commands(2600)
vx, vy = commands(500)
model = Recogniser()
opt = torch.optim.Adam(model.parameters(), lr=4e-3)
criterion = nn.CrossEntropyLoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=criterion, record_to=OUT)
for epoch in range(7):
    model.train()
    for i in torch.randperm(len(x)).split(52):
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
