"""DQN in a corridor of ten cells: the reward lies at the right end, a small one at the left."""
import random
from collections import deque

import torch
from torch import nn

from common import OUT, REPAIRED, TrainingDoctor, done

random.seed(137)
torch.manual_seed(137)
CELLS, GAMMA, SYNC = 10, 0.95, 50


def one_hot(s):
    v = torch.zeros(CELLS)
    v[s] = 1
    return v


class QNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(CELLS, 48), nn.ReLU(), nn.Linear(48, 2))

    def forward(self, s):
        return self.net(s)


def move(s, a):
    s = s + (1 if a == 1 else -1)
    if s >= CELLS - 1:
        return CELLS - 1, 1.0, True
    if s <= 0:
        return 0, 0.1, True
    return s, 0.0, False


class Agent:
    def __init__(self):
        self.q, self.target = QNetwork(), QNetwork()
        self.target.load_state_dict(self.q.state_dict())
        self.optimizer = torch.optim.Adam(self.q.parameters(), lr=3e-3)
        self.memory = deque(maxlen=3000)
        self.loss = nn.SmoothL1Loss()
        self.updates = 0
        self.doctor = TrainingDoctor.attach(self.q, optimizer=self.optimizer, loss=self.loss, record_to=OUT)

    def act(self, s, epsilon):
        if random.random() < epsilon:
            return random.randint(0, 1)
        with torch.no_grad():
            return self.q(one_hot(s)).argmax().item()

    def learn(self, n=32):
        s, a, r, s2, end = zip(*random.sample(self.memory, n))
        s, s2 = torch.stack([one_hot(i) for i in s]), torch.stack([one_hot(i) for i in s2])
        a, r, end = torch.tensor(a), torch.tensor(r), torch.tensor(end).float()
        with torch.no_grad():
            y = r + GAMMA * (1 - end) * self.target(s2).max(1)[0]
        loss = self.loss(self.q(s).gather(1, a.unsqueeze(1)).squeeze(1), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.doctor.step(loss, y)
        self.updates += 1
        if REPAIRED and self.updates % SYNC == 0:
            self.target.load_state_dict(self.q.state_dict())

    def episode(self, epsilon, learn=True):
        s, total = random.randint(1, 4) if learn else 3, 0.0
        for _ in range(30):
            a = self.act(s, epsilon)
            s2, r, end = move(s, a)
            total += r
            if learn:
                self.memory.append((s, a, r, s2, end))
                if len(self.memory) >= 200:
                    self.learn()
            s = s2
            if end:
                break
        return total


agent, episode = Agent(), 0
while agent.updates < 1400:
    episode += 1
    agent.episode(max(0.1, 1 - agent.updates / 700))
    if episode % 20 == 0 and agent.updates:
        reward = agent.episode(0.0, learn=False)
        print("episode %d updates %d greedy reward %.2f" % (episode, agent.updates, reward))
        agent.doctor.validation(reward=reward, epoch=episode // 20)
agent.doctor.complete()
done(agent.doctor, reward=reward)
