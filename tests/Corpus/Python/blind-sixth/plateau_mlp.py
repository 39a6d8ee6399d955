"""Housing prices with a learning rate that is lowered on a plateau."""
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(103)


def houses(n):
    x = torch.rand(n, 8) * 2 - 1
    y = 2 * torch.sin(3 * x[:, 0]) + 3 * x[:, 1] * x[:, 2] + x[:, 3].abs() + torch.cos(4 * x[:, 4]) * x[:, 5]
    return x, (y + 0.1 * torch.randn(n)).unsqueeze(1)


class Trainer:
    def __init__(self, model, train, valid, batch=64):
        self.model, self.train_data, self.valid_data, self.batch = model, train, valid, batch
        self.criterion = nn.MSELoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        mode = "min" if REPAIRED else "max"
        self.scheduler = ReduceLROnPlateau(self.optimizer, mode=mode, factor=0.1, patience=2)
        self.doctor = TrainingDoctor.attach(model, optimizer=self.optimizer, loss=self.criterion, record_to=OUT)

    def epoch(self):
        self.model.train()
        x, y = self.train_data
        for i in torch.randperm(len(x)).split(self.batch):
            loss = self.criterion(self.model(x[i]), y[i])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.doctor.step(loss, y[i])
        return loss.item()

    def validate(self):
        self.model.eval()
        with torch.no_grad():
            return self.criterion(self.model(self.valid_data[0]), self.valid_data[1]).item()

    def run(self, epochs):
        for e in range(1, epochs + 1):
            loss = self.epoch()
            v = self.validate()
            r2 = 1 - v / self.valid_data[1].var().item()
            self.scheduler.step(v)
            lr = self.optimizer.param_groups[0]["lr"]
            print(f"epoch {e}: train {loss:.4f} valid {v:.4f} r2 {r2:.3f} lr {lr:g}")
            self.doctor.validation(loss=v, r2=r2, epoch=e)
        self.doctor.complete()
        done(self.doctor, train=loss, val=v, r2=r2)


net = nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))
Trainer(net, houses(1600), houses(800)).run(40)
