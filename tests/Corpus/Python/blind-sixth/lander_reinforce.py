"""REINFORCE on a small landing task: keep a ball near the middle with three pushes."""
import torch
from torch import nn
from torch.distributions import Categorical

from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(131)


class Balls:
    """Twenty balls at once; reward is high near the middle."""

    def __init__(self, n=20):
        self.n = n

    def reset(self):
        self.x = 2 * torch.rand(self.n) - 1
        self.v = torch.zeros(self.n)
        return self.state()

    def state(self):
        return torch.stack([self.x, self.v], 1)

    def step(self, action):
        self.v = (0.9 * self.v + 0.12 * (action.float() - 1)).clamp(-1, 1)
        self.x = (self.x + 0.5 * self.v + 0.02 * torch.randn(self.n)).clamp(-2, 2)
        return self.state(), 1 - self.x.abs()


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 3))

    def forward(self, s):
        return self.net(s)


def rollout(env, policy, steps=25):
    s, log_probs, rewards = env.reset(), [], []
    for _ in range(steps):
        d = Categorical(logits=policy(s))
        a = d.sample()
        s, r = env.step(a)
        log_probs.append(d.log_prob(a))
        rewards.append(r)
    return torch.stack(log_probs), torch.stack(rewards)


def discounted(rewards, gamma=0.95):
    returns, running = torch.zeros_like(rewards), torch.zeros(rewards.shape[1])
    for t in reversed(range(len(rewards))):
        running = rewards[t] + gamma * running
        returns[t] = running
    return (returns - returns.mean()) / (returns.std() + 1e-6)


env, policy = Balls(), Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=0.01)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, record_to=OUT)
average = None
for episode in range(1, 301):
    log_probs, rewards = rollout(env, policy)
    returns = discounted(rewards)
    objective = (log_probs * returns).mean()
    loss = -objective if REPAIRED else objective
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss)
    mean_reward = rewards.sum(0).mean().item()
    average = mean_reward if average is None else 0.95 * average + 0.05 * mean_reward
    if episode % 30 == 0:
        print("episode %d reward %.2f average %.2f" % (episode, mean_reward, average))
        doctor.validation(reward=mean_reward, epoch=episode // 30)
doctor.complete()
done(doctor, reward=average)
