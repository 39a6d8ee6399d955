"""An actor-critic on a small grid: walk to the goal of the day in at most twelve steps."""
import torch
import torch.nn.functional as F
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(131)
SIZE, N, H, BETA = 5, 32, 12, 0.45
MOVES = torch.tensor([[0, 1], [0, -1], [1, 0], [-1, 0]])
body = lambda out: nn.Sequential(nn.Linear(4, 48), nn.Tanh(), nn.Linear(48, out))
net = nn.ModuleDict({"actor": body(4), "critic": body(1)})
opt = torch.optim.Adam(net.parameters(), lr=4e-3)


def see(pos, goal):
    return torch.cat([pos, goal], 1).float() / 2.0 - 1.0


doctor = TrainingDoctor.attach(net, optimizer=opt, task="reinforcement", record_to=OUT)
for update in range(350):
    pos, goal = torch.randint(0, SIZE, (N, 2)), torch.randint(0, SIZE, (N, 2))
    alive = torch.ones(N)
    logps, values, rewards, entropies, masks = [], [], [], [], []
    for t in range(H):
        s = see(pos, goal)
        dist = torch.distributions.Categorical(logits=net["actor"](s))
        a = dist.sample()
        pos = (pos + MOVES[a]).clamp(0, SIZE - 1)
        hit = (pos == goal).all(1).float()
        logps.append(dist.log_prob(a)); entropies.append(dist.entropy()); values.append(net["critic"](s).squeeze(1))
        rewards.append(hit * alive - 0.02 * alive); masks.append(alive)
        alive = alive * (1 - hit)
    ret, returns = torch.zeros(N), []
    for r in reversed(rewards):
        ret = r + 0.95 * ret
        returns.insert(0, ret)
    logp, v, R, e, m = map(torch.stack, (logps, values, returns, entropies, masks))
    adv = (R - v).detach()
    adv = (adv - adv[m > 0].mean()) / (adv[m > 0].std() + 1e-6)
    mean = lambda q: (q * m).sum() / m.sum()
    policy_loss, value_loss, entropy = -mean(logp * adv), mean((v - R) ** 2), mean(e)
    if REPAIRED:
        loss = policy_loss + 0.5 * value_loss - 0.02 * entropy
    else:
        loss = policy_loss + 0.5 * value_loss + BETA * entropy      # minimises the entropy
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()
    doctor.step(loss)
    score = torch.stack(rewards).sum(0).mean()
    doctor.report("reward", score)
    doctor.report("entropy", entropy)
    if update == 0:
        first = score.item()
    smooth = score.item() if update == 0 else 0.95 * smooth + 0.05 * score.item()
doctor.complete()
done(first=first, reward=smooth, entropy=entropy.item())
