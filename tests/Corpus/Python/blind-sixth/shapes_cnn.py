"""A first convolutional net: square, cross, ring or stripes."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

from common import OUT, REPAIRED, TrainingDoctor, done
from toydata import shapes

torch.manual_seed(7)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(16 * 4 * 4, 48)
        self.fc2 = nn.Linear(48, 4)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 4 * 4)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


images, labels = shapes(3000, seed=1)
test_images, test_labels = shapes(600, seed=2)
images, test_images = (images - 0.2) / 0.3, (test_images - 0.2) / 0.3

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.02 if REPAIRED else 0.00001, momentum=0.9)
doctor = TrainingDoctor.attach(net, optimizer=optimizer, loss=criterion, record_to=OUT)

for epoch in range(8):
    net.train()
    running_loss = 0.0
    order = torch.randperm(len(images))
    for i in range(0, len(images), 50):
        pick = order[i:i + 50]
        optimizer.zero_grad()
        outputs = net(images[pick])
        loss = criterion(outputs, labels[pick])
        loss.backward()
        optimizer.step()
        doctor.step(loss, labels[pick])
        running_loss += loss.item()
    net.eval()
    with torch.no_grad():
        outputs = net(test_images)
        test_loss = criterion(outputs, test_labels).item()
        accuracy = (outputs.argmax(1) == test_labels).float().mean().item()
    print("[%d] loss %.3f  test loss %.3f  accuracy %.3f" % (epoch + 1, running_loss / 60, test_loss, accuracy))
    doctor.validation(loss=test_loss, accuracy=accuracy, epoch=epoch + 1)
doctor.complete()
done(doctor, val=test_loss, acc=accuracy)
