"""ReLU units whose biases start so far down that no digit ever reaches them: the loss stays at ln 10.

``python3 dead_relu.py run.jsonl``, then ``traindoctor diagnose run.jsonl``.
"""

from __future__ import annotations

import sys

import torch
from torch import nn

from digits import Digits
from training_doctor import TrainingDoctor

EPOCHS = 10
BIAS = -20.0


def main(path: str) -> None:
    torch.manual_seed(1)
    digits = Digits()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    nn.init.constant_(model[0].bias, BIAS)
    nn.init.constant_(model[2].bias, BIAS)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()

    with TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", name="dead-relu", record_to=path) as doctor:
        for _ in range(EPOCHS):
            for inputs, targets in digits.batches():
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
                doctor.step(loss, targets)

    print("loss {:.3f}, faults {}".format(loss.item(), doctor.faults))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run.jsonl")
