"""A GAN for a ring of points; both losses hover and say little, the distance falls."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import OUT, TrainingDoctor, done

torch.manual_seed(163)


def ring(n):
    a = 2 * math.pi * torch.rand(n)
    r = 1.5 + 0.1 * torch.randn(n)
    return torch.stack([r * torch.cos(a), r * torch.sin(a)], 1)


def mlp(i, o, act):
    return nn.Sequential(nn.Linear(i, 64), act(), nn.Linear(64, 64), act(), nn.Linear(64, o))


def energy_distance(a, b):
    return (2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean()).item()


generator, critic = mlp(3, 2, nn.ReLU), mlp(2, 1, lambda: nn.LeakyReLU(0.2))
opt_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.99))
opt_d = torch.optim.Adam(critic.parameters(), lr=2e-3, betas=(0.5, 0.99))
decay = [torch.optim.lr_scheduler.LambdaLR(o, lambda s: 1 - s / 1500) for o in (opt_g, opt_d)]
doctor = TrainingDoctor.attach(generator, optimizer=opt_g, record_to=OUT)
held_out = ring(800)
for step in range(1, 1401):
    fake = generator(torch.randn(96, 3))
    d_loss = F.softplus(-critic(ring(96))).mean() + F.softplus(critic(fake.detach())).mean()
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    g_loss = F.softplus(-critic(fake)).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    for d in decay:
        d.step()
    doctor.step(g_loss)
    if step % 140 == 0:
        with torch.no_grad():
            e = energy_distance(generator(torch.randn(800, 3)), held_out)
        print("step %4d  critic %.3f  generator %.3f  energy distance %.4f" % (step, d_loss.item(), g_loss.item(), e))
        doctor.validation(energy_distance=e, epoch=step // 140)
doctor.complete()
done(doctor, distance=e)
