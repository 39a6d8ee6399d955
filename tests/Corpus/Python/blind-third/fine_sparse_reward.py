"""Nothing is wrong here: a policy that is paid only at the far end of a corridor, so that rewards are nought for a while."""
import torch
from torch import nn
from common import OUT, TrainingDoctor, done

torch.manual_seed(401)
LENGTH, LIMIT, GAMMA, N = 14, 26, 0.97, 16
eye = torch.eye(LENGTH)
policy = nn.Sequential(nn.Linear(LENGTH, 32), nn.Tanh(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=4e-3)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, task="policy-optimization", record_to=OUT)
baseline, scores = torch.zeros(LIMIT, 1), []
for step in range(420):
    place, alive = torch.zeros(N, dtype=torch.long), torch.ones(N)
    log_p, rewards, masks, entropies = [], [], [], []
    for _ in range(LIMIT):
        d = torch.distributions.Categorical(logits=policy(eye[place]))
        a = d.sample()
        log_p.append(d.log_prob(a))
        entropies.append(d.entropy())
        masks.append(alive)
        place = (place + 2 * a - 1).clamp(0, LENGTH - 1)
        end = (place == LENGTH - 1).float()
        rewards.append(alive * end)
        alive = alive * (1 - end)
    rewards, mask = torch.stack(rewards), torch.stack(masks)
    returns, total = torch.zeros_like(rewards), torch.zeros(N)
    for t in reversed(range(LIMIT)):
        total = rewards[t] + GAMMA * total
        returns[t] = total
    advantage = returns - baseline
    baseline = 0.9 * baseline + 0.1 * (returns * mask).sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)
    entropy = (torch.stack(entropies) * mask).sum() / mask.sum()
    loss = -(torch.stack(log_p) * advantage * mask).sum() / mask.sum() - 0.005 * entropy
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss)
    scores.append(rewards.sum(0).mean().item())
    doctor.report("reward", scores[-1])
    doctor.report("entropy", entropy)
    doctor.report("episode_length", mask.sum(0).mean())
doctor.complete()
done(first=sum(scores[:20]) / 20, last=sum(scores[-40:]) / 40)
