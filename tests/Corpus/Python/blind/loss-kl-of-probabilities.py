import torch, torch.nn as nn, torch.nn.functional as F
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
xt, yt, xv, yv = digits()
teacher = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
to = torch.optim.Adam(teacher.parameters(), 2e-3)
for _ in range(12):
    for x, y in batches(xt, yt):
        to.zero_grad(); F.cross_entropy(teacher(x), y).backward(); to.step()
student = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
opt = torch.optim.Adam(student.parameters(), 2e-3)
kl = nn.KLDivLoss(reduction="batchmean")
T = 2.0
doctor = TrainingDoctor.attach(student, optimizer=opt, loss=kl, record_to=PATH)
for ep in range(15):
    for x, y in batches(xt, yt):
        with torch.no_grad(): soft = F.softmax(teacher(x) / T, -1)
        s = student(x) / T
        loss = kl(F.softmax(s, -1) if BUG else F.log_softmax(s, -1), soft)
        opt.zero_grad(); loss.backward(); opt.step()
        doctor.step(loss, soft)
    with torch.no_grad(): acc = (student(xv).argmax(1) == yv).float().mean().item()
    doctor.validation(accuracy=acc, epoch=ep + 1)
doctor.complete(); print("result", loss.item(), acc)
