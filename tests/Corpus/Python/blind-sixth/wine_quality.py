"""Wine quality in four grades. The weights are initialised by hand so that every run starts alike."""
import torch
from torch import nn, optim

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(61)


def wines(n):
    x = torch.randn(n, 11)
    s = torch.stack([x[:, 0] * x[:, 1], x[:, 2] - x[:, 3].abs() + 0.5, torch.sin(2 * x[:, 4]), x[:, 5] * 0.8 - 0.2], 1)
    return x, (s + 0.1 * torch.randn(n, 4)).argmax(1)


def init_weights(m):
    if isinstance(m, nn.Linear):
        if REPAIRED:
            nn.init.kaiming_uniform_(m.weight, nonlinearity="relu")
        else:
            nn.init.constant_(m.weight, 0.05)
        nn.init.constant_(m.bias, 0.0)


model = nn.Sequential(
    nn.Linear(11, 64), nn.ReLU(),
    nn.Linear(64, 64), nn.ReLU(),
    nn.Linear(64, 4))
model.apply(init_weights)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=OUT)

x_train, y_train = wines(9000)
x_test, y_test = wines(1000)
batch_size = 90
for epoch in range(8):
    permutation = torch.randperm(x_train.size(0))
    model.train()
    for i in range(0, x_train.size(0), batch_size):
        indices = permutation[i:i + batch_size]
        batch_x, batch_y = x_train[indices], y_train[indices]
        optimizer.zero_grad()
        loss = criterion(model(batch_x), batch_y)
        loss.backward()
        optimizer.step()
        doctor.step(loss, batch_y)
    model.eval()
    with torch.no_grad():
        logits = model(x_test)
        test_loss = criterion(logits, y_test).item()
        test_acc = (logits.argmax(1) == y_test).float().mean().item()
    print("epoch %d, loss %.3f, test loss %.3f, test accuracy %.3f" % (epoch + 1, loss.item(), test_loss, test_acc))
    doctor.validation(loss=test_loss, accuracy=test_acc, epoch=epoch + 1)
doctor.complete()
done(doctor, val=test_loss, acc=test_acc)
