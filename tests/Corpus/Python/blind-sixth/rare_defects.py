"""Three defects in a hundred parts, weighted in the loss; accuracy says nothing here, recall and precision do."""
import torch
from torch import nn

from common import OUT, TrainingDoctor, done

torch.manual_seed(191)


def parts(n):
    y = (torch.rand(n) < 0.03).float()
    x = torch.randn(n, 16)
    x[:, :4] += 1.9 * y.unsqueeze(1)
    x[:, 4] *= 1 + y
    return x, y


class DefectNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(16, 48), nn.ReLU(), nn.Dropout(0.3), nn.Linear(48, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


def report(out, y):
    said = out > 0
    hits = (said & (y == 1)).sum().item()
    recall, precision = hits / max(1, int(y.sum())), hits / max(1, int(said.sum()))
    specificity = (~said & (y == 0)).sum().item() / int((y == 0).sum())
    return recall, precision, (recall + specificity) / 2


def main():
    x, y = parts(16000)
    vx, vy = parts(4000)
    net = DefectNet()
    criterion = nn.BCEWithLogitsLoss(pos_weight=(y == 0).sum() / (y == 1).sum())
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)
    for epoch in range(1, 8):
        net.train()
        for i in torch.randperm(len(x)).split(128):
            loss = criterion(net(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            doctor.step(loss, y[i])
        net.eval()
        with torch.no_grad():
            out = net(vx)
            v = criterion(out, vy).item()
        recall, precision, balanced = report(out, vy)
        print("epoch %d loss %.3f validation %.3f recall %.3f precision %.3f balanced %.3f"
              % (epoch, loss.item(), v, recall, precision, balanced))
        doctor.validation(loss=v, recall=recall, precision=precision, balanced_accuracy=balanced, epoch=epoch)
    doctor.complete()
    done(doctor, val=v, recall=recall, balanced=balanced)


main()
