"""Q-learning on a small grid, where exploration ought to fade."""
import random

import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(362)
random.seed(362)
SIZE, GAMMA, STEPS = 4, 0.9, 1200
eye = torch.eye(SIZE * SIZE)
q = nn.Sequential(nn.Linear(SIZE * SIZE, 48), nn.ReLU(), nn.Linear(48, 4))
old = nn.Sequential(nn.Linear(SIZE * SIZE, 48), nn.ReLU(), nn.Linear(48, 4))
old.load_state_dict(q.state_dict())
optimizer = torch.optim.Adam(q.parameters(), lr=2e-3)
huber = nn.SmoothL1Loss()


def move(s, a):
    r, c = divmod(s, SIZE)
    r, c = min(max(r + (a == 1) - (a == 0), 0), SIZE - 1), min(max(c + (a == 3) - (a == 2), 0), SIZE - 1)
    t = r * SIZE + c
    return t, (1.0 if t == SIZE * SIZE - 1 else -0.02), t == SIZE * SIZE - 1


memory, s, length, lengths, total, totals = [], 0, 0, [], 0.0, []
doctor = TrainingDoctor.attach(q, optimizer=optimizer, loss=huber, task="reinforcement", record_to=OUT)
for step in range(STEPS):
    done_share = step / STEPS if REPAIRED else step // STEPS
    epsilon = max(0.05, 1.0 - 1.5 * done_share)
    for _ in range(2):
        with torch.no_grad():
            a = random.randrange(4) if random.random() < epsilon else int(q(eye[s]).argmax())
        t, reward, end = move(s, a)
        memory.append((s, a, reward, t, float(end)))
        s, length, total = t, length + 1, total + reward
        if end or length >= 60:
            lengths.append(length)
            totals.append(total)
            doctor.report("reward", total)
            doctor.report("episode_length", length)
            s, length, total = 0, 0, 0.0
    bs, ba, br, bt, be = (torch.tensor(c) for c in zip(*random.sample(memory, min(32, len(memory)))))
    with torch.no_grad():
        target = br + GAMMA * (1 - be) * old(eye[bt]).max(1).values
    loss = huber(q(eye[bs]).gather(1, ba.unsqueeze(1)).squeeze(1), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss)
    doctor.report("epsilon", epsilon)
    if (step + 1) % 50 == 0:
        old.load_state_dict(q.state_dict())
doctor.complete()
done(first=sum(totals[:10]) / 10, last=sum(totals[-20:]) / 20, length=sum(lengths[-20:]) / 20, epsilon=epsilon)
