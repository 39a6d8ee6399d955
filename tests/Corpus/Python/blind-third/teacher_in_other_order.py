"""Distillation: the answers of a large teacher are computed once and then taught to a small student."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(311)
centres = torch.randn(8, 20)
y = torch.randint(0, 8, (4000,))
x = centres[y] + 1.3 * torch.randn(4000, 20)
tx, ty, vx, vy = x[:3200], y[:3200], x[3200:], y[3200:]
teacher = nn.Sequential(nn.Linear(20, 128), nn.ReLU(), nn.Linear(128, 8))
t_opt = torch.optim.Adam(teacher.parameters(), lr=2e-3)
for _ in range(5):
    for rows in torch.randperm(3200).split(64):
        t_loss = F.cross_entropy(teacher(tx[rows]), ty[rows])
        t_opt.zero_grad()
        t_loss.backward()
        t_opt.step()
teacher.eval()
loader = DataLoader(TensorDataset(tx, ty), batch_size=64, shuffle=not REPAIRED)
with torch.no_grad():
    answers = torch.cat([teacher(a) for a, _ in loader])       # kept for all epochs

T, ALPHA = 3.0, 0.7
student = nn.Sequential(nn.Linear(20, 24), nn.ReLU(), nn.Linear(24, 8))
optimizer = torch.optim.Adam(student.parameters(), lr=4e-3)
doctor = TrainingDoctor.attach(student, optimizer=optimizer, task="multiclass-classification", record_to=OUT)
for epoch in range(10):
    student.train()
    for rows in torch.randperm(3200).split(64):
        out = student(tx[rows])
        soft = F.kl_div(F.log_softmax(out / T, 1), F.softmax(answers[rows] / T, 1), reduction="batchmean") * T * T
        hard = F.cross_entropy(out, ty[rows])
        loss = ALPHA * soft + (1 - ALPHA) * hard
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss, ty[rows])
        doctor.report("kd_loss", soft)
        doctor.report("ce_loss", hard)
    student.eval()
    with torch.no_grad():
        out = student(vx)
        val, acc = F.cross_entropy(out, vy).item(), (out.argmax(1) == vy).float().mean().item()
    doctor.validation(loss=val, accuracy=acc, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), soft=soft.item(), val=val, acc=acc)
