"""Tests of ``preflight`` that need no test framework: ``python3 test_preflight.py FOLDER``. Small programs, broken in one way each, and sound ones that look like them."""

from __future__ import annotations

import copy
import json
import os
import pathlib
from typing import Any, Callable, Dict, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from _running import run_tests
from training_doctor import preflight

BATCH, LENGTH, WORDS = 8, 6, 12


class Net(nn.Module):
    """Parts and a function."""

    def __init__(self, function: Callable[["Net", Tensor], Tensor], **parts: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


class Causal(nn.Module):
    """A small transformer that reads from left to right, or should."""

    def __init__(self, causal: bool) -> None:
        super().__init__()
        self.embed, self.place, self.causal = nn.Embedding(WORDS, 16), nn.Embedding(LENGTH, 16), causal
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.out = nn.Linear(16, WORDS)

    def forward(self, x: Tensor) -> Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return self.out(self.encoder(self.embed(x) + self.place(torch.arange(x.shape[1])), mask))


class Recurrent(nn.Module):
    def __init__(self, batch_first: bool, last: Tuple[int, int]) -> None:
        super().__init__()
        self.rnn, self.out, self.last = nn.LSTM(5, 16, batch_first=batch_first), nn.Linear(16, 3), last

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.rnn(x)[0].select(*self.last))


class Remembering(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.out, self.kept = nn.Linear(5, 3), None

    def forward(self, x: Tensor) -> Tensor:
        self.kept = x if self.kept is None else 0.5 * self.kept + x
        return self.out(self.kept)


def sentences() -> Tensor:
    return torch.randint(1, WORDS, (BATCH, LENGTH + 1), generator=torch.Generator().manual_seed(5))


def per_word(output: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(output.reshape(-1, WORDS), targets.reshape(-1))


def look(folder: str, model: nn.Module, inputs: Tensor, targets: Any = None, loss: Any = None, optimizer: Any = None, **options: Any) -> Tuple[Dict[str, float], Dict[str, Any]]:
    path = os.path.join(folder, "preflight.jsonl")
    targets = torch.arange(BATCH) % 3 if targets is None else targets
    values = preflight(model, loss or nn.CrossEntropyLoss(), optimizer, inputs, targets, record_to=path, learning_steps=30, **options)
    lines = [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]
    assert lines[0]["telemetry"] == "1.0" and lines[-1] == {"complete": True} and not os.path.exists(path + ".step")
    seen = lines[0]["run"]["preflight"]
    seen["scopes"] = [scope for line in lines for metric, scope, value in line.get("m", []) if metric == "sample_leakage" and value > 0]
    seen["without_gradient"] = sorted({scope for line in lines for metric, scope, value in line.get("m", []) if metric == "gradient_present" and value == 0})
    return values, seen


def series() -> Tensor:
    return torch.randn(BATCH, LENGTH, 5)


def test_what_mixes_samples_is_found(folder: str) -> None:
    merged = Net(lambda net, x: net.out(x.transpose(0, 1).reshape(BATCH, 30)), out=nn.Linear(30, 3))
    assert look(folder, merged, series())[0]["sample_leakage"] > 0
    values, seen = look(folder, Recurrent(False, (1, -1)), series())
    assert values["sample_leakage"] > 0 and "rnn" in seen["scopes"], seen
    encoder = Net(lambda net, x: net.out(net.encoder(x).mean(1)), encoder=nn.TransformerEncoderLayer(8, 2, 16), out=nn.Linear(8, 3))
    assert look(folder, encoder, torch.randn(BATCH, LENGTH, 8))[0]["sample_leakage"] > 0
    centred = Net(lambda net, x: net.out(x - x.mean(0)), out=nn.Linear(5, 3))
    assert look(folder, centred, torch.randn(BATCH, 5))[0]["sample_leakage"] > 0


def test_what_keeps_samples_apart_is_left_alone(folder: str) -> None:
    images = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 3))
    twins = Net(lambda net, x: net.out(functional.relu(net.body(torch.cat([x[:, :5], x[:, 5:]]))).reshape(2, BATCH, 32).transpose(0, 1).flatten(1)),
                body=nn.Linear(5, 32), out=nn.Linear(64, 3))
    pairs = Net(lambda net, x: 10 * functional.normalize(net.a(x[:, :5])) @ functional.normalize(net.b(x[:, 5:])).t(), a=nn.Linear(5, 32), b=nn.Linear(5, 32))
    for model, inputs, targets in (
        (images, torch.rand(BATCH, 3, 16, 16), None), (Recurrent(True, (1, -1)), series(), None), (Recurrent(False, (0, -1)), torch.randn(LENGTH, BATCH, 5), None),
        (twins, torch.randn(BATCH, 10), None), (pairs, torch.randn(BATCH, 10), torch.arange(BATCH)),
    ):
        values, seen = look(folder, model, inputs, targets)
        assert values["sample_leakage"] == 0 and values["input_dependence"] == 1 and values["evaluation_difference"] == 0 and seen["leftOut"] == {}, (values, seen)
        assert values["learnt_loss"] < 0.9 * values["blind_loss"], values


def test_nodes_of_a_graph_are_no_samples(folder: str) -> None:
    graph = Net(lambda net, x: net.out(net.edges @ x), out=nn.Linear(5, 3))
    graph.register_buffer("edges", torch.eye(BATCH) + torch.eye(BATCH).roll(1, 0))
    values, seen = look(folder, graph, torch.randn(BATCH, 5))
    assert "sample_leakage" not in values and "nodes" in seen["leftOut"]["sample_leakage"], (values, seen)


def test_answers_are_seen_without_a_mask_only(folder: str) -> None:
    words = sentences()
    assert look(folder, Causal(False), words[:, :-1], words[:, 1:], per_word)[0]["answer_leakage"] == 1
    assert look(folder, Causal(True), words[:, :-1], words[:, 1:], per_word)[0]["answer_leakage"] == 0

    def shifted(output: Tensor, targets: Tensor) -> Tensor:
        return per_word(output[:, :-1], targets[:, 1:])

    assert look(folder, Causal(False), words[:, :-1], words[:, :-1], shifted)[0]["answer_leakage"] == 1
    assert look(folder, Causal(True), words[:, :-1], words[:, :-1], shifted)[0]["answer_leakage"] == 0
    hidden = torch.rand(BATCH, LENGTH, generator=torch.Generator().manual_seed(1)) < 0.3
    masked = look(folder, Causal(False), words[:, :-1].masked_fill(hidden, 0), words[:, :-1].masked_fill(~hidden, -100), per_word)[0]
    assert "answer_leakage" not in masked, masked


def test_outputs_that_ignore_inputs_are_found(folder: str) -> None:
    dead = Net(lambda net, x: net.out(functional.relu(net.body(x) - 1e4)), body=nn.Linear(5, 9), out=nn.Linear(9, 3))
    values, _ = look(folder, dead, torch.randn(BATCH, 5))
    assert values["input_dependence"] == 0 and values["learnt_loss"] > 0.95 * values["blind_loss"], values


def test_evaluations_that_differ_are_found(folder: str) -> None:
    dropping = Net(lambda net, x: net.out(functional.dropout(x, 0.5, training=True)), out=nn.Linear(5, 3))
    assert look(folder, dropping, torch.randn(BATCH, 5))[0]["evaluation_difference"] > 0.1
    values, seen = look(folder, Remembering(), torch.randn(BATCH, 5))
    assert values["evaluation_drift"] > 0.1 and "sample_leakage" in seen["leftOut"], (values, seen)


def test_parameters_without_a_gradient_are_found(folder: str) -> None:
    branch = Net(lambda net, x: net.out(net.a(x) + net.b(x).detach()), a=nn.Linear(5, 9), b=nn.Linear(5, 9), out=nn.Linear(9, 3))
    assert look(folder, branch, torch.randn(BATCH, 5))[1]["without_gradient"] == ["b.bias", "b.weight"]


def test_parts_that_do_not_fit_are_found(folder: str) -> None:
    linear = nn.Linear(5, 3)
    assert look(folder, linear, torch.randint(9, (BATCH, 5)))[1]["failedAt"] == "forward"
    assert look(folder, linear, torch.randn(BATCH, 5), torch.arange(BATCH + 1) % 3)[1]["failedAt"] == "loss"
    assert look(folder, Net(lambda net, x: net.out(x).detach(), out=nn.Linear(5, 3)), torch.randn(BATCH, 5))[1]["failedAt"] == "backward"
    across = Net(lambda net, x: net.out(net.conv(x.reshape(BATCH, 3, 16, 16)).flatten(1)), conv=nn.Conv2d(3, 4, 3), out=nn.Linear(784, 3))
    assert look(folder, across, torch.rand(BATCH, 16, 16, 3))[1]["readAcross"] == ["conv"]
    last = Net(lambda net, x: net.out(net.conv(x).flatten(1)), conv=nn.Conv2d(16, 4, 3, padding=1), out=nn.Linear(64, 3))
    assert look(folder, last, torch.rand(BATCH, 16, 16, 1))[1]["channelsLast"] == ["conv"]
    assert look(folder, Net(lambda net, x: net.out(x.mul_(0.5)), out=nn.Linear(5, 3)), torch.randn(BATCH, 5))[1]["changesInput"] is True


def test_the_optimizer_is_read(folder: str) -> None:
    model = nn.Sequential(nn.Linear(5, 9), nn.LayerNorm(9), nn.Linear(9, 3))
    _, seen = look(folder, model, torch.randn(BATCH, 5), optimizer=torch.optim.Adam(model.parameters(), weight_decay=0.01))
    assert seen["decayed"] == ["0.bias", "1.weight", "1.bias", "2.bias"] and seen["decaysThroughGradient"] is True, seen
    _, seen = look(folder, model, torch.randn(BATCH, 5), optimizer=torch.optim.AdamW([model[0].weight, model[2].weight], weight_decay=0.01))
    assert seen["decayed"] == [] and seen["decaysThroughGradient"] is False, seen


def test_nothing_is_changed(folder: str) -> None:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.3), nn.Flatten(), nn.Linear(144, 3))
    optimizer = torch.optim.Adam(model.parameters())
    inputs, targets = torch.randn(BATCH, 1, 8, 8), torch.arange(BATCH) % 3
    for _ in range(2):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    model[1].eval()
    before = copy.deepcopy((model.state_dict(), [parameter.grad for parameter in model.parameters()], optimizer.state_dict(), [module.training for module in model.modules()]))
    given, random = inputs.clone(), torch.get_rng_state()
    look(folder, model, inputs, targets, optimizer=optimizer)
    after = model.state_dict(), [parameter.grad for parameter in model.parameters()], optimizer.state_dict(), [module.training for module in model.modules()]
    assert equal(before, after), "something was changed"
    assert torch.equal(random, torch.get_rng_state()) and torch.equal(given, inputs)
    assert all(not module._forward_hooks for module in model.modules())


def equal(one: Any, two: Any) -> bool:
    if isinstance(one, Tensor):
        return torch.equal(one, two)
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(equal(one[key], two[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(two) and all(equal(a, b) for a, b in zip(one, two))
    return bool(one == two)


def test_wrong_arguments_are_named(folder: str) -> None:
    for model, options, error in ((5, {}, TypeError), (nn.Linear(5, 3), {"task": "guessing"}, ValueError), (nn.Linear(5, 3), {"time_limit": 0.0}, ValueError)):
        try:
            look(folder, model, torch.randn(BATCH, 5), **options)  # type: ignore[arg-type]
        except error:
            continue
        raise AssertionError("{} was taken".format(options))


if __name__ == "__main__":
    torch.set_num_threads(1)
    run_tests(globals())
