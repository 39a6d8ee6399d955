"""A learning rate far too high: the loss grows until it is no number any more.

``python3 exploding.py run.jsonl``, then ``traindoctor diagnose run.jsonl``.
"""

from __future__ import annotations

import sys

import torch
from torch import nn

from digits import Digits
from training_doctor import TrainingDoctor

EPOCHS = 3
LEARNING_RATE = 50.0


def main(path: str) -> None:
    torch.manual_seed(1)
    digits = Digits()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    criterion = nn.MSELoss()

    with TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, name="exploding", record_to=path) as doctor:
        for _ in range(EPOCHS):
            for inputs, targets in digits.batches():
                wanted = nn.functional.one_hot(targets, 10).float()
                optimizer.zero_grad()
                loss = criterion(model(inputs), wanted)
                loss.backward()
                optimizer.step()
                doctor.step(loss, wanted)

    print("loss {}, faults {}".format(loss.item(), doctor.faults))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run.jsonl")
