"""Commands from short spectra; dropout and batch norm, a validation after every epoch."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(17)
COMMANDS, BANDS = 6, 40
templates = torch.randn(COMMANDS, BANDS)


def recordings(n):
    y = torch.randint(0, COMMANDS, (n,))
    loud = 0.6 + 0.8 * torch.rand(n, 1)
    return templates[y] * loud + 1.5 * torch.randn(n, BANDS), y


class CommandNet(nn.Module):
    def __init__(self, p=0.6):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(BANDS, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(p),
            nn.Linear(128, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(p))
        self.head = nn.Linear(64, COMMANDS)

    def forward(self, x):
        return self.head(self.body(x))


class Experiment:
    def __init__(self):
        self.train_data = recordings(5000)
        self.valid_data = recordings(600)
        self.net = CommandNet()
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=1e-3)
        self.doctor = TrainingDoctor.attach(self.net, optimizer=self.optimizer, loss=self.criterion, record_to=OUT)

    def fit(self, epochs):
        x, y = self.train_data
        for epoch in range(1, epochs + 1):
            self.net.train()
            for pick in torch.randperm(len(x)).split(50):
                self.optimizer.zero_grad()
                loss = self.criterion(self.net(x[pick]), y[pick])
                loss.backward()
                self.optimizer.step()
                self.doctor.step(loss, y[pick])
            vloss, vacc = self.validate()
            print("epoch %d: validation loss %.3f accuracy %.3f" % (epoch, vloss, vacc))
            self.doctor.validation(loss=vloss, accuracy=vacc, epoch=epoch)
        self.doctor.complete()
        done(self.doctor, train=loss.item(), val=vloss, acc=vacc)

    @torch.no_grad()
    def validate(self):
        if REPAIRED:
            self.net.eval()
        x, y = self.valid_data
        total, right = 0.0, 0
        for i in range(0, len(x), 4):                         # as small as what arrives in production
            out = self.net(x[i:i + 4])
            total += self.criterion(out, y[i:i + 4]).item() * len(out)
            right += (out.argmax(1) == y[i:i + 4]).sum().item()
        return total / len(x), right / len(x)


Experiment().fit(8)
