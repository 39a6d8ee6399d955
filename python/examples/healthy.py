"""
A small network that learns handwritten digits, watched: ``python3 healthy.py run.jsonl``, then ``traindoctor diagnose run.jsonl``.
With ``--preflight`` behind it one batch is looked at, and nothing is trained.
"""

from __future__ import annotations

import sys

import torch
from torch import nn

from digits import Digits
from training_doctor import TrainingDoctor, preflight

EPOCHS = 20


def main(path: str, looks_only: bool) -> None:
    torch.manual_seed(1)
    digits = Digits()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    for layer in (model[0], model[2]):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()

    if looks_only:
        inputs, targets = next(digits.batches())
        print(preflight(model, criterion, optimizer, inputs, targets, task="multiclass-classification", name="healthy", record_to=path))
        return

    with TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, task="multiclass-classification", name="healthy", record_to=path) as doctor:
        for epoch in range(EPOCHS):
            model.train()
            for inputs, targets in digits.batches():
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
                doctor.step(loss, targets)

            model.eval()
            with torch.no_grad():
                inputs, targets = digits.validation
                outputs = model(inputs)
                accuracy = (outputs.argmax(1) == targets).float().mean().item()
                doctor.validation(loss=criterion(outputs, targets).item(), accuracy=accuracy, epoch=epoch + 1)

    print("accuracy {:.3f}, faults {}".format(accuracy, doctor.faults))


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--preflight"]
    main(arguments[0] if arguments else "run.jsonl", looks_only="--preflight" in sys.argv)
