"""Advertisements: a policy chooses one of six by the visitor's profile; the reward is mostly noise."""
import torch
from torch import nn
from torch.distributions import Categorical

from common import OUT, TrainingDoctor, done

torch.manual_seed(167)
ADS, PROFILE = 6, 10
taste = torch.randn(PROFILE, ADS) / PROFILE ** 0.5


def visitors(n):
    return torch.randn(n, PROFILE)


def click_value(x, ad):
    """A visitor's interest in the advertisement, in noise twice as large."""
    return (x @ taste).gather(1, ad.unsqueeze(1)).squeeze(1) + 2.0 * torch.randn(len(x))


class AdPolicy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(PROFILE, 32), nn.Tanh())
        self.choice = nn.Linear(32, ADS)

    def forward(self, x):
        return self.choice(self.body(x))


policy = AdPolicy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-3)
doctor = TrainingDoctor.attach(policy, optimizer=optimizer, record_to=OUT)
baseline = 0.0
test = visitors(3000)
best = (test @ taste).max(1)[0].mean().item()
for step in range(1, 1201):
    x = visitors(64)
    d = Categorical(logits=policy(x))
    ad = d.sample()
    reward = click_value(x, ad)
    advantage = reward - baseline
    baseline += 0.05 * (reward.mean().item() - baseline)
    loss = -(d.log_prob(ad) * advantage).mean() - 0.005 * d.entropy().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss)
    if step % 120 == 0:
        with torch.no_grad():
            shown = policy(test).argmax(1)
            mean_reward = click_value(test, shown).mean().item()
        print("step %d loss %+.3f batch reward %+.3f test reward %.3f (best possible %.3f)"
              % (step, loss.item(), reward.mean().item(), mean_reward, best))
        doctor.validation(reward=mean_reward, epoch=step // 120)
doctor.complete()
done(doctor, reward=mean_reward, best=best)
