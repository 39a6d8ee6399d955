"""A student learns a teacher's distribution over eight moves; cross entropy written by hand."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(73)
teacher = nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 8)).requires_grad_(False)
teacher[2].weight.mul_(30)


def positions(n):
    x = torch.randn(n, 16)
    logits = teacher(x)
    legal = torch.rand(n, 8) > 3e-5                            # now and then a move is not allowed
    legal[torch.arange(n), logits.argmax(1)] = True
    return x, legal, torch.softmax(logits.masked_fill(~legal, float("-inf")), 1)


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16 + 8, 96)
        self.fc2 = nn.Linear(96, 96)
        self.fc3 = nn.Linear(96, 8)

    def forward(self, x, legal):
        h = torch.cat([x, legal.float()], 1)
        h = F.relu(self.fc1(h))
        h = F.relu(self.fc2(h))
        return F.softmax(self.fc3(h).masked_fill(~legal, float("-inf")), dim=1)


def soft_cross_entropy(p, target):
    if REPAIRED:
        return -(target * torch.log(p.clamp(min=1e-7))).sum(1).mean()
    return -(target * torch.log(p)).sum(1).mean()


student = Student()
optimizer = torch.optim.Adam(student.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(student, optimizer=optimizer, loss=soft_cross_entropy, record_to=OUT)
vx, vl, vt = positions(1000)
for step in range(1, 1201):
    x, legal, target = positions(64)
    loss = soft_cross_entropy(student(x, legal), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, target)
    if step % 120 == 0:
        student.eval()
        with torch.no_grad():
            p = student(vx, vl)
            v = soft_cross_entropy(p, vt).item()
            agree = (p.argmax(1) == vt.argmax(1)).float().mean().item()
        student.train()
        print("%5d  loss %.4f  validation %.4f  agreement %.3f" % (step, loss.item(), v, agree))
        doctor.validation(loss=v, accuracy=agree, epoch=step // 120)
doctor.complete()
done(doctor, val=v, acc=agree)
