"""Deep Q-learning on a chain of states with a target network."""
import torch
from torch import nn
from common import OUT, REPAIRED, TrainingDoctor, done

torch.manual_seed(363)
N, GAMMA = 14, 0.95
eye = torch.eye(N)


def network():
    return nn.Sequential(nn.Linear(N, 48), nn.ReLU(), nn.Linear(48, 2))


policy_net, target_net = network(), network()
target_net.load_state_dict(policy_net.state_dict())
target_net.eval()
optimizer = torch.optim.AdamW(policy_net.parameters(), lr=2e-3)
criterion = nn.SmoothL1Loss()
place, moments, total, totals = torch.randint(0, N - 1, (16,)), torch.zeros(16), torch.zeros(16), []
buffer = []
doctor = TrainingDoctor.attach(policy_net, optimizer=optimizer, loss=criterion, task="reinforcement", record_to=OUT)
for step in range(1100):
    epsilon = max(0.05, 0.9 - step / 700)
    with torch.no_grad():
        best = policy_net(eye[place]).argmax(1)
    action = torch.where(torch.rand(16) < epsilon, torch.randint(0, 2, (16,)), best)
    after = (place + 2 * action - 1).clamp(0, N - 1)
    end = after == N - 1
    # a little for staying at the left wall, much for the far end
    reward = 4.0 * end.float() + 0.1 * ((after == 0) & (place == 0)).float()
    buffer.append((place, action, reward, after, end.float()))
    buffer = buffer[-400:]
    place, moments, total = after, moments + 1, total + reward
    over = end | (moments >= 40)
    totals += total[over].tolist()
    if over.any():
        doctor.report("reward", total[over].mean())
    place = torch.where(over, torch.randint(0, N - 1, (16,)), place)
    moments, total = torch.where(over, torch.zeros(16), moments), torch.where(over, torch.zeros(16), total)
    picked = [buffer[k] for k in torch.randint(0, len(buffer), (4,)).tolist()]
    s, a, r, t, e = (torch.cat(part) for part in zip(*picked))
    with torch.no_grad():
        target = r + GAMMA * (1 - e) * target_net(eye[t]).max(1).values
    value = policy_net(eye[s]).gather(1, a.unsqueeze(1)).squeeze(1)
    loss = criterion(value, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    doctor.step(loss, target)
    doctor.report("q_value", value.mean())
    if REPAIRED and step % 20 == 0:
        target_net.load_state_dict(policy_net.state_dict())
doctor.complete()
with torch.no_grad():
    values = policy_net(eye)
done(loss=loss.item(), last=sum(totals[-60:]) / 60, q_start=values[0].max().item(), right=values.argmax(1)[:-1].float().mean().item())
