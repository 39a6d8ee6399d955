"""REINFORCE in a corridor: right is good, but only the end pays."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(360)
LENGTH, GAMMA, LIMIT = 8, 0.95, 24


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(LENGTH, 32), nn.Tanh(), nn.Linear(32, 2))

    def forward(self, s):
        return torch.distributions.Categorical(logits=self.layers(s))


eye = torch.eye(LENGTH)


def episodes(policy, n=12):
    """Plays n corridors at once; a move costs a little, the right end pays and ends."""
    place, alive = torch.randint(0, LENGTH - 1, (n,)), torch.ones(n)
    log_p, rewards, masks, entropy = [], [], [], []
    for _ in range(LIMIT):
        d = policy(eye[place])
        a = d.sample()
        log_p.append(d.log_prob(a))
        entropy.append(d.entropy())
        place = (place + 2 * a - 1).clamp(0, LENGTH - 1)
        end = (place == LENGTH - 1).float()
        rewards.append(alive * (end * 2.0 - 0.05))
        masks.append(alive)
        alive = alive * (1 - end)
    return torch.stack(log_p), torch.stack(rewards), torch.stack(masks), torch.stack(entropy)


def discounted(rewards):
    out, total = torch.zeros_like(rewards), torch.zeros(rewards.shape[1])
    steps = range(len(rewards))
    for t in (reversed(steps) if REPAIRED else steps):
        total = rewards[t] + GAMMA * total
        out[t] = total
    return out


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=4e-3)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, task="policy-optimization", record_to=OUT)
scores = []
for step in range(350):
    log_p, rewards, mask, entropy = episodes(policy)
    g = discounted(rewards)
    mean = (g * mask).sum() / mask.sum()
    advantage = (g - mean) / ((((g - mean) ** 2 * mask).sum() / mask.sum()).sqrt() + 1e-6)
    loss = -(log_p * advantage * mask).sum() / mask.sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss)
    scores.append(rewards.sum(0).mean().item())
    doctor.report("reward", scores[-1])
    doctor.report("entropy", ((entropy * mask).sum() / mask.sum()).item())
    doctor.report("episode_length", mask.sum(0).mean().item())
doctor.complete()
done(first=sum(scores[:20]) / 20, last=sum(scores[-50:]) / 50)
