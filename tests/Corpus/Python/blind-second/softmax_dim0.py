"""Topic classification by averaged word vectors, written with LogSoftmax and NLLLoss."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(23)
topics = torch.softmax(1.3 * torch.randn(5, 150), 1)


def texts(n):
    y = torch.randint(0, 5, (n,))
    return torch.multinomial(topics[y], 12, replacement=True), y


x, y = texts(4000)
vx, vy = texts(800)


class Topic(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(150, 32, mode="mean")
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 5)
        self.log_softmax = nn.LogSoftmax(dim=1 if REPAIRED else 0)

    def forward(self, ids):
        return self.log_softmax(self.out(torch.relu(self.fc(self.bag(ids)))))


net = Topic()
opt = torch.optim.Adam(net.parameters(), lr=3e-3)
nll = nn.NLLLoss()
doctor = TrainingDoctor.attach(net, optimizer=opt, loss=nll, record_to=OUT)
for epoch in range(6):
    net.train()
    for i in torch.randperm(len(x)).split(64):
        opt.zero_grad()
        loss = nll(net(x[i]), y[i])
        loss.backward()
        opt.step()
        doctor.step(loss, y[i])
    net.eval()
    with torch.no_grad():
        out = net(vx)
        acc = (out.argmax(1) == vy).float().mean().item()
        val = nll(out, vy).item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, acc=acc)
