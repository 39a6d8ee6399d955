"""A policy gradient: the loss hovers about nought, and only the reward tells that it learns."""
import torch
from torch import nn
from torch.distributions import Categorical
from common import OUT, TrainingDoctor, done

torch.manual_seed(460)
SIZE, STEPS, BOATS = 5, 10, 64
moves = torch.tensor([[0, 1], [0, -1], [1, 0], [-1, 0]])


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.actor, self.critic = nn.Linear(64, 4), nn.Linear(64, 1)

    def forward(self, place, goal):
        h = self.body(torch.cat([place, goal], 1).float() / 2 - 1)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(1)


agent = ActorCritic()
optimizer = torch.optim.Adam(agent.parameters(), lr=2e-3)
doctor = TrainingDoctor.attach(agent, optimizer=optimizer, record_to=OUT)
smooth = None
for step in range(500):
    place, goal = torch.randint(0, SIZE, (BOATS, 2)), torch.randint(0, SIZE, (BOATS, 2))
    log_probs, values, entropies, rewards = [], [], [], []
    for _ in range(STEPS):
        dist, value = agent(place, goal)
        action = dist.sample()
        before = (place - goal).abs().sum(1)
        place = (place + moves[action]).clamp(0, SIZE - 1)
        after = (place - goal).abs().sum(1)
        rewards.append((before - after).float() + (after == 0).float())
        log_probs.append(dist.log_prob(action))
        values.append(value)
        entropies.append(dist.entropy())
    rewards = torch.stack(rewards)
    returns, running = [], torch.zeros(BOATS)
    for r in rewards.flip(0):
        running = r + 0.9 * running
        returns.append(running)
    returns = torch.stack(returns[::-1])
    advantage = returns - torch.stack(values).detach()
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-6)
    loss = (-(torch.stack(log_probs) * advantage).mean() + 0.1 * ((returns - torch.stack(values)) ** 2).mean()
            - 0.01 * torch.stack(entropies).mean())
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(agent.parameters(), 1.0)
    optimizer.step()
    doctor.step(loss, returns)
    got = rewards.sum(0).mean().item()
    smooth = got if smooth is None else 0.95 * smooth + 0.05 * got
    if step % 50 == 49:
        doctor.validation(loss=loss.item(), reward=smooth, epoch=step // 50 + 1)
doctor.complete()
done(loss=loss.item(), reward=smooth)
