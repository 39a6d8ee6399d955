import copy, random
import torch, torch.nn as nn
from common import *
from training_doctor import TrainingDoctor
torch.manual_seed(0); random.seed(0)
N = 8                                     # a corridor: walk right to the end for 1, each episode ends there and starts anew
onehot = torch.eye(N)
q = nn.Sequential(nn.Linear(N, 48), nn.ReLU(), nn.Linear(48, 2)); target = copy.deepcopy(q)
opt = torch.optim.Adam(q.parameters(), 2e-3); gamma = 0.98
huber = nn.SmoothL1Loss()
doctor = TrainingDoctor.attach(q, optimizer=opt, loss=huber, record_to=PATH)
memory, s, returns, steps = [], 0, [], 0
for it in range(3000):
    a = random.randrange(2) if random.random() < max(0.1, 1 - it / 800) else int(q(onehot[s]).argmax())
    s2 = max(0, s - 1) if a == 0 else s + 1
    done = s2 == N - 1; r = 1.0 if done else 0.0
    nxt = 0 if done else s2              # the environment resets itself
    memory.append((s, a, r, nxt if BUG else s2, done)); steps += 1
    s = nxt
    if done: returns.append(steps); steps = 0
    if len(memory) >= 200 and it % 2 == 0:
        b = random.sample(memory[-2000:], 32)
        S = onehot[[m[0] for m in b]]; A = torch.tensor([m[1] for m in b]); R = torch.tensor([m[2] for m in b]); S2 = onehot[[m[3] for m in b]]; Dn = torch.tensor([float(m[4]) for m in b])
        with torch.no_grad():
            y = R + gamma * target(S2).max(1).values * (1 if BUG else 1 - Dn)
        loss = huber(q(S).gather(1, A[:, None]).squeeze(1), y)
        opt.zero_grad(); loss.backward(); opt.step(); doctor.step(loss, y)
        if returns: doctor.report("episode_length", float(returns[-1]))
    if it % 50 == 0: target.load_state_dict(q.state_dict())
doctor.complete(); print("result", loss.item(), "q", q(onehot).max().item(), "steps", sum(returns[-20:]) / 20)
