"""Regression of house prices (standardised) on eight features."""
import warnings
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from common import OUT, REPAIRED, TrainingDoctor, done

warnings.simplefilter("ignore")
torch.manual_seed(19)
x = torch.randn(4000, 8)
price = 1.5 * x[:, 0] + x[:, 1] * x[:, 2] + torch.relu(x[:, 3]) * 2 - 0.7 * x[:, 4] + 0.3 * torch.randn(4000)
price = (price - price.mean()) / price.std()
x, vx, y, vy = x[:3200], x[3200:], price[:3200], price[3200:]
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(model.parameters(), lr=3e-3)
mse = nn.MSELoss()
doctor = TrainingDoctor.attach(model, optimizer=opt, loss=mse, record_to=OUT)
for epoch in range(10):
    model.train()
    for bx, by in loader:
        if REPAIRED:
            by = by.unsqueeze(1)
        opt.zero_grad()
        loss = mse(model(bx), by)
        loss.backward()
        opt.step()
        doctor.step(loss, by)
    model.eval()
    with torch.no_grad():
        out = model(vx)
        val = mse(out, vy.unsqueeze(1) if REPAIRED else vy).item()
        r2 = 1 - (out.squeeze(1) - vy).pow(2).mean().item() / vy.var().item()
    doctor.validation(loss=val, epoch=epoch + 1)
doctor.complete()
done(train=loss.item(), val=val, r2=r2)
