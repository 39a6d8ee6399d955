"""Genres of a film from its plot's words. A film has several genres."""
import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(97)
WORDS, GENRES = 150, 8
typical = torch.rand(GENRES, WORDS) * (torch.rand(GENRES, WORDS) < 0.12).float()


def films(n):
    genres = (torch.rand(n, GENRES) < 0.35).float()
    rate = 0.08 + genres @ typical
    words = torch.poisson(rate).clamp(max=4)
    return torch.log1p(words), genres


class GenreNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(WORDS, 64)
        self.act = nn.ReLU()
        self.drop = nn.Dropout(0.2)
        self.output = nn.Linear(64, GENRES)
        self.final = nn.Sigmoid() if REPAIRED else nn.Softmax(dim=1)

    def forward(self, x):
        return self.final(self.output(self.drop(self.act(self.hidden(x)))))


def f1(p, y):
    said = (p > 0.5).float()
    tp = (said * y).sum()
    return (2 * tp / (said.sum() + y.sum()).clamp(min=1)).item()


def main():
    x, y = films(6000)
    vx, vy = films(1000)
    net = GenreNet()
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
    for epoch in range(1, 9):
        net.train()
        for i in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            loss = criterion(net(x[i]), y[i])
            loss.backward()
            optimizer.step()
            doctor.step(loss, y[i])
        net.eval()
        with torch.no_grad():
            p = net(vx)
            v, score = criterion(p, vy).item(), f1(p, vy)
        print("epoch", epoch, "loss %.4f validation %.4f f1 %.3f" % (loss.item(), v, score))
        doctor.validation(loss=v, f1=score, epoch=epoch)
    doctor.complete()
    done(doctor, val=v, f1=score)


main()
