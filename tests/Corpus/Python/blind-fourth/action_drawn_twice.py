"""REINFORCE for a lift with eight floors that brings people where they want to go."""
import torch
from torch import nn
from torch.distributions import Categorical
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(435)
FLOORS, STEPS, LIFTS = 8, 12, 64


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2 * FLOORS, 64), nn.Tanh(), nn.Linear(64, 3))

    def forward(self, floor, wish):
        x = torch.cat([nn.functional.one_hot(floor, FLOORS), nn.functional.one_hot(wish, FLOORS)], 1).float()
        return Categorical(logits=self.net(x))

    def act(self, floor, wish):
        return self(floor, wish).sample()

    def log_prob(self, floor, wish, action):
        dist = self(floor, wish)
        if REPAIRED:
            return dist.log_prob(action)
        return dist.log_prob(dist.sample())


def episodes(policy):
    floor, wish = torch.randint(0, FLOORS, (LIFTS,)), torch.randint(0, FLOORS, (LIFTS,))
    log_probs, rewards = [], []
    for _ in range(STEPS):
        with torch.no_grad():
            action = policy.act(floor, wish)
        log_probs.append(policy.log_prob(floor, wish, action))
        floor = (floor + action - 1).clamp(0, FLOORS - 1)
        rewards.append((floor == wish).float())
    return torch.stack(log_probs), torch.stack(rewards)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, record_to=OUT)
reward = 0.0
for step in range(600):
    log_probs, rewards = episodes(policy)
    returns = rewards.flip(0).cumsum(0).flip(0)
    advantage = (returns - returns.mean(1, keepdim=True)) / (returns.std() + 1e-6)
    loss = -(log_probs * advantage).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, returns)
    reward = 0.95 * reward + 0.05 * rewards.sum(0).mean().item() if step else rewards.sum(0).mean().item()
    if step % 60 == 59:
        doctor.validation(loss=loss.item(), reward=reward, epoch=step // 60 + 1)
doctor.complete()
done(loss=loss.item(), reward=reward)
