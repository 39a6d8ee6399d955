"""The port of a small network: ``port.py FOLDER EPSILON`` reads its weights and batches from FOLDER, trains it as the original was trained, and records to FOLDER/port.jsonl."""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict

import torch
from torch import nn

from training_doctor import TrainingDoctor


def main(folder: str, epsilon: float) -> None:
    with open(os.path.join(folder, "original.json"), encoding="utf-8") as file:
        original = json.load(file)

    model = nn.Sequential(OrderedDict(fc=nn.Linear(12, 16), norm=nn.LayerNorm(16, eps=epsilon), act=nn.Tanh(), out=nn.Linear(16, 3)))
    model.load_state_dict({name: torch.tensor(values).reshape(model.state_dict()[name].shape) for name, values in original["weights"].items()})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    criterion = nn.CrossEntropyLoss()
    with TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=os.path.join(folder, "port.jsonl")) as doctor:
        for batch in original["batches"]:
            inputs, targets = torch.tensor(batch["x"]).reshape(-1, 12), torch.tensor(batch["y"])
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
