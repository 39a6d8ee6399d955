import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0)
S, A = 6, 4
best = torch.randint(0, A, (S,))
policy = nn.Sequential(nn.Linear(S, 32), nn.Tanh(), nn.Linear(32, A))
opt = torch.optim.Adam(policy.parameters(), 5e-3)
doctor = TrainingDoctor.attach(policy, optimizer=opt, task="policy-optimization", record_to=PATH)
for it in range(400):
    s = torch.randint(0, S, (64,))
    dist = torch.distributions.Categorical(logits=policy(nn.functional.one_hot(s, S).float()))
    a = dist.sample(); r = (a == best[s]).float() + 0.1 * torch.randn(64)
    adv = r - r.mean()
    loss = (dist.log_prob(a) * adv).mean() if BUG else -(dist.log_prob(a) * adv).mean()
    opt.zero_grad(); loss.backward(); opt.step()
    doctor.step(loss); doctor.report("reward", r.mean()); doctor.report("entropy", dist.entropy().mean())
    if it % 40 == 39: doctor.validation(accuracy=r.mean().item())
doctor.complete(); print("result", loss.item(), r.mean().item())
