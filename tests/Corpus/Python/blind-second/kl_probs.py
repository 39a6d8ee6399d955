"""Distilling a trained teacher into a small student on digits."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, digits, done

torch.manual_seed(17)
x, y, vx, vy = digits(2)
x, vx = (x - 4.9) / 6.0, (vx - 4.9) / 6.0
teacher = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 10))
topt = torch.optim.Adam(teacher.parameters(), lr=3e-3)
for _ in range(6):
    for i in torch.randperm(len(x)).split(64):
        topt.zero_grad(); F.cross_entropy(teacher(x[i]), y[i]).backward(); topt.step()
teacher.eval().requires_grad_(False)
T = 3.0
student = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10))
opt = torch.optim.Adam(student.parameters(), lr=3e-3)
criterion = nn.KLDivLoss(reduction="batchmean")
doctor = TrainingDoctor.attach(student, optimizer=opt, loss=criterion, name="student", record_to=OUT)


def divergence(images):
    soft = F.softmax(teacher(images) / T, 1)
    logits = student(images)
    predicted = F.log_softmax(logits / T, 1) if REPAIRED else F.softmax(logits / T, 1)
    return criterion(predicted, soft) * T * T, soft, logits


for epoch in range(12):
    student.train()
    for i in torch.randperm(len(x)).split(50):
        opt.zero_grad()
        loss, soft, _ = divergence(x[i])
        loss.backward()
        opt.step()
        doctor.step(loss, soft)
    student.eval()
    with torch.no_grad():
        vloss, _, logits = divergence(vx)
        acc = (logits.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=vloss.item(), accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=vloss.item(), acc=acc)
