"""PPO with one step per episode: choose the right one of five buttons for what is seen."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(361)
rule = torch.randn(8, 5)


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 48), nn.Tanh())
        self.actor, self.critic = nn.Linear(48, 5), nn.Linear(48, 1)

    def forward(self, s):
        h = self.body(s)
        return torch.distributions.Categorical(logits=self.actor(h)), self.critic(h)


model = ActorCritic()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
doctor = TrainingDoctor.attach(model, optimizer=optimizer, task="policy-optimization", record_to=OUT)
scores = []
for update in range(90):
    with torch.no_grad():
        seen = torch.randn(256, 8)
        d, value = model(seen)
        action = d.sample()
        old = d.log_prob(action)                          # (256,)
        reward = (action == (seen @ rule).argmax(1)).float().unsqueeze(1)
        advantage = reward - value                        # (256, 1)
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        if REPAIRED:
            advantage = advantage.squeeze(1)
    for _ in range(6):
        d, value = model(seen)
        ratio = torch.exp(d.log_prob(action) - old)
        policy_loss = -torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean()
        value_loss = (value - reward).pow(2).mean()
        entropy = d.entropy().mean()
        loss = policy_loss + 0.5 * value_loss - 0.001 * entropy
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
        doctor.report("policy_loss", policy_loss)
        doctor.report("value_loss", value_loss)
        doctor.report("entropy", entropy)
    scores.append(reward.mean().item())
    doctor.report("reward", scores[-1])
doctor.complete()
done(first=sum(scores[:5]) / 5, last=sum(scores[-10:]) / 10, entropy=entropy.item())
