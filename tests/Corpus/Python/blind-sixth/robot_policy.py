"""Imitating a teacher: from 12 sensor values to 3 motor values. A short evaluation before and between training."""
import torch
import torch.nn as nn

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(19)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.bn = nn.BatchNorm1d(width)
        nn.init.normal_(self.fc.weight, std=0.5)

    def forward(self, x):
        return torch.relu(self.bn(self.fc(x)))


class Policy(nn.Module):
    def __init__(self, sensors=12, motors=3, width=64, depth=5):
        super().__init__()
        self.inp = nn.Linear(sensors, width)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(depth)])
        self.out = nn.Linear(width, motors)

    def forward(self, x):
        return self.out(self.blocks(torch.relu(self.inp(x))))


teacher = nn.Sequential(nn.Linear(12, 24), nn.Tanh(), nn.Linear(24, 3)).requires_grad_(False)
teacher[0].weight.mul_(3)
teacher[2].weight.mul_(3)


def demonstrations(n):
    obs = torch.randn(n, 12)
    return obs, teacher(obs)


eval_obs, eval_act = demonstrations(600)


def eval_policy(policy):
    was = policy.training
    policy.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(policy(eval_obs), eval_act).item()
    if REPAIRED:
        policy.train(was)
    return error


policy = Policy()
policy.train()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, loss=criterion, record_to=OUT)
print("before training: %.3f" % eval_policy(policy))

for step in range(1, 901):
    obs, act = demonstrations(64)
    loss = criterion(policy(obs), act)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, act)
    if step % 100 == 0:
        error = eval_policy(policy)
        print("step %d: loss %.3f, evaluation %.3f" % (step, loss.item(), error))
        doctor.validation(loss=error, epoch=step // 100)
doctor.complete()
done(doctor, train=loss.item(), val=error)
