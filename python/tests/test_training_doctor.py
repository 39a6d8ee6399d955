"""Tests of the doctor that need no test framework: ``python3 test_training_doctor.py FOLDER``, with the package installed or ``python/src`` on PYTHONPATH."""

from __future__ import annotations

import copy
import io
import json
import logging
import math
import os
import pathlib
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List, Tuple

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from _running import run_tests
from training_doctor import _commit, _description, _random, _resources
from training_doctor import SamplingSchedule, TrainingDoctor


class Net(nn.Module):
    """A bit of everything: images, attention, recurrence, a functional activation, and a list that was never registered."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.act = nn.ReLU(inplace=True)
        self.rnn = nn.LSTM(32, 16, batch_first=True)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(16, 3)
        self.hidden = [nn.Linear(2, 2)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.act(self.norm(self.conv(x)))
        x = x.permute(0, 2, 1, 3).reshape(len(x), 8, 32)
        x, _ = self.rnn(x)
        x, _ = self.attention(x, x, x)
        return self.out(self.drop(torch.tanh(x[:, -1])))


def train(folder: str, watched: bool, steps: int = 12, **options: Any) -> Any:
    torch.manual_seed(3)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    criterion = nn.CrossEntropyLoss()
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path, **options) if watched else None
    for step in range(steps):
        inputs, targets = torch.randn(16, 1, 8, 8), torch.randint(3, (16,))
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        if doctor is not None:
            doctor.step(loss, targets)
        if step % 4 == 3:
            model.eval()
            with torch.no_grad():
                value = criterion(model(torch.randn(32, 1, 8, 8)), torch.randint(3, (32,))).item()
            model.train()
            if doctor is not None:
                doctor.validation(loss=value, accuracy=0.3, epoch=step // 4)
    return model, doctor, path


def read(path: str) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def values(lines: List[Dict[str, Any]], metric: str, scope: str = "") -> List[float]:
    return [value for line in lines for name, where, value in line.get("m", []) if (name, where) == (metric, scope)]


def test_same_numbers_with_and_without(folder: str) -> None:
    model, _, _ = train(folder, watched=False)
    state = torch.get_rng_state()
    watched, doctor, _ = train(folder, watched=True)
    assert torch.equal(state, torch.get_rng_state()), "random numbers were drawn"
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), watched.state_dict().values())), "training was changed"
    assert doctor.faults == {}, doctor.faults


def test_probes_draw_from_random_numbers_of_their_own(folder: str) -> None:
    seeded: List[int] = []
    original, torch.cuda.manual_seed_all = torch.cuda.manual_seed_all, seeded.append
    try:
        state = torch.get_rng_state()
        with _random._own_random():
            _random._seed(7)
            first = torch.rand(3)
            _random._seed(7)
            assert torch.equal(first, torch.rand(3))
        assert torch.equal(state, torch.get_rng_state())
        assert torch.cuda.is_initialized() or seeded == [], "a device that is not in use was seeded for when it is"
    finally:
        torch.cuda.manual_seed_all = original


def test_recording_holds_what_the_reader_expects(folder: str) -> None:
    model, doctor, path = train(folder, watched=True, task="multiclass-classification")
    doctor.complete()
    lines = read(path)
    run = lines[0]["run"]
    kinds = {layer["path"]: layer["kind"] for layer in run["model"]["layers"]}
    assert lines[0]["telemetry"] == "1.0" and lines[-1] == {"complete": True}
    assert kinds == {"conv": "Convolution", "norm": "BatchNormalization", "act": "Activation", "rnn": "Recurrent", "attention": "Attention", "drop": "Dropout", "out": "Linear"}, kinds
    assert run["task"] == "MulticlassClassification" and run["loss"]["kind"] == "CrossEntropy" and run["optimizer"]["weightDecay"] == 1e-3
    assert [item["member"] for item in run["model"]["unregistered"]] == ["hidden[0]"], run["model"]["unregistered"]
    assert len(values(lines, "loss")) == 12 and values(lines, "learning_rate") == [0.05] * 12
    assert values(lines, "call_count", "attention") == [12.0] and values(lines, "training_mode", "drop") == [1] * 12
    assert values(lines, "validation_training_mode", "norm") == [0.0] * 3 and values(lines, "validation_loss") != []
    assert values(lines, "normalization_batch_size", "norm") == [16 * 64] * 12
    assert values(lines, "input_origin", "act") == [1], "act takes the output of norm as it is"
    steps = [line["step"] for line in lines if "step" in line]
    assert steps == sorted(steps)


def test_the_commit_is_that_of_the_repository(folder: str) -> None:
    commit, other = "0123456789abcdef0123456789abcdef01234567", "f" * 40
    repository, inner, tree = (pathlib.Path(folder, *parts) for parts in (("repo",), ("repo", "src", "deep"), ("tree",)))
    git = repository / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "worktrees" / "tree").mkdir(parents=True)
    inner.mkdir(parents=True)
    tree.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert _commit._commit_of(str(inner)) is None, "a repository without a commit"
    (git / "packed-refs").write_text("# pack-refs with: peeled\n{} refs/heads/remain\n{} refs/heads/main\n".format(other, commit))
    assert _commit._commit_of(str(inner)) == commit
    (tree / ".git").write_text("gitdir: {}\n".format(git / "worktrees" / "tree"))
    (git / "worktrees" / "tree" / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "worktrees" / "tree" / "commondir").write_text("../..\n")
    assert _commit._commit_of(str(tree)) == commit
    (git / "refs" / "heads" / "main").write_text(other + "\n")
    assert _commit._commit_of(str(inner)) == other
    (git / "HEAD").write_text("no commit")
    assert _commit._commit_of(str(inner)) is None
    before = os.getcwd()
    os.chdir(str(tree))
    try:
        _, doctor, path = train(folder, watched=True)
        doctor.complete()
    finally:
        os.chdir(before)
    assert read(path)[0]["run"]["commit"] == other and doctor.faults == {}, doctor.faults


def test_statistics_are_those_of_torch(folder: str) -> None:
    layer = nn.Sequential(nn.Linear(5, 7), nn.ReLU())
    doctor = TrainingDoctor.attach(layer, record_to=os.path.join(folder, "run.jsonl"))
    output = layer(torch.randn(2_000_00, 5))
    output.mean().backward()
    gradient = layer[0].weight.grad.clone()
    before = layer[0].weight.detach().clone()
    with torch.no_grad():
        layer[0].weight -= 0.5 * gradient
    doctor.step(0.1)
    doctor.complete()
    lines = read(os.path.join(folder, "run.jsonl"))
    wide = output.detach().double()
    for metric, expected in (
        ("output_mean", wide.mean()), ("output_standard_deviation", wide.std(unbiased=False)), ("output_absolute_maximum", wide.max()), ("zero_fraction", (wide == 0).double().mean()),
        ("output_skewness", ((wide - wide.mean()) ** 3).mean() / wide.std(unbiased=False) ** 3),
    ):
        assert math.isclose(values(lines, metric, "1")[0], float(expected), rel_tol=1e-9), metric
    assert math.isclose(values(lines, "gradient_norm", "0.weight")[0], float(gradient.double().norm()), rel_tol=1e-9)
    assert math.isclose(values(lines, "update_ratio", "0.weight")[0], float((0.5 * gradient).norm() / before.norm()), rel_tol=1e-4)


def test_not_finite_numbers_are_recorded(folder: str) -> None:
    layer = nn.Linear(2, 2)
    doctor = TrainingDoctor.attach(layer, record_to=os.path.join(folder, "run.jsonl"))
    loss = layer(torch.tensor([[math.nan, 1.0], [2.0, math.inf]])).sum()
    loss.backward()
    doctor.step(loss)
    doctor.complete()
    lines = read(os.path.join(folder, "run.jsonl"))
    assert values(lines, "loss") == ["NaN"] and values(lines, "input_non_finite_count") == [2.0] and values(lines, "gradient_norm", "weight") == ["NaN"]
    assert doctor.faults == {}, doctor.faults


def test_faults_stay_inside(folder: str) -> None:
    _, doctor, path = train(folder, watched=True, steps=2)
    logging.disable(logging.CRITICAL)
    doctor._recording.write_steps = None  # type: ignore[assignment]
    doctor.step("no number", "no tensor")  # type: ignore[arg-type]
    doctor.step(0.5)
    doctor.validation(loss="no number")  # type: ignore[arg-type]
    doctor.complete()
    doctor.step(0.5)
    logging.disable(logging.NOTSET)
    assert doctor.faults["taking a loss"] == 1 and doctor.faults["recording"] == 1 and doctor.faults["taking a validation"] == 1, doctor.faults


def test_copies_and_pickles_are_free_of_the_doctor(folder: str) -> None:
    model, doctor, path = train(folder, watched=True, steps=2)
    size = os.path.getsize(path)
    stream = io.BytesIO()
    torch.save(model, stream)
    stream.seek(0)
    assert b"training_doctor" not in stream.getvalue()
    for other in (copy.deepcopy(model), torch.load(stream)):
        assert other(torch.randn(4, 1, 8, 8)).shape == (4, 3)
    doctor.complete()
    assert all(not module._forward_hooks and not module._forward_pre_hooks for module in model.modules()), "hooks are left"
    assert os.path.getsize(path) > size


def test_checkpointed_blocks_are_no_evaluation(folder: str) -> None:
    class Checkpointed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.drop, self.last = nn.Linear(4, 4), nn.Dropout(0.2), nn.Linear(4, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(checkpoint(self.drop, self.first(x)))

    model = Checkpointed()
    with TrainingDoctor.attach(model, record_to=os.path.join(folder, "run.jsonl")) as doctor:
        loss = model(torch.randn(8, 4)).mean()
        loss.backward()
        doctor.step(loss)
        doctor.validation(loss=0.1)
    assert values(read(os.path.join(folder, "run.jsonl")), "validation_training_mode", "drop") == []


def test_tensors_of_the_training_are_released(folder: str) -> None:
    import weakref

    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    doctor = TrainingDoctor.attach(model, record_to=os.path.join(folder, "run.jsonl"))
    inputs = torch.randn(8, 4)
    output = model(inputs)
    loss = output.mean()
    loss.backward()
    doctor.step(loss)
    kept = [weakref.ref(inputs), weakref.ref(output), weakref.ref(loss)]
    del inputs, output, loss
    assert all(reference() is None for reference in kept), "a tensor of the training is kept"
    doctor.complete()


def test_later_steps_are_sampled(folder: str) -> None:
    _, doctor, path = train(folder, watched=True, steps=50, sampling=SamplingSchedule(dense_steps=5, interval=10, alarmed_steps=0, max_overhead=None))
    doctor.complete()
    lines = read(path)
    measured = sorted({line["step"] for line in lines for name, _, _ in line.get("m", []) if name == "gradient_norm"})
    assert measured == [0, 1, 2, 3, 4, 10, 20, 30, 40] and len(values(lines, "loss")) == 50, measured
    assert len(values(lines, "update_ratio", "out.weight")) == len(measured)


def measured_steps(path: str) -> List[int]:
    return sorted({line["step"] for line in read(path) for name, _, _ in line.get("m", []) if name == "gradient_norm"})


def test_a_thousand_steps_are_measured_a_hundred_times_over_the_whole_run(folder: str) -> None:
    # A budget that is spent at once: only what is measured whatever it costs.
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path, sampling=SamplingSchedule(max_overhead=1e-9))
    for _ in range(1000):
        optimizer.zero_grad()
        loss = model(torch.ones(4, 2)).square().mean()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
    doctor.complete()
    steps = measured_steps(path)
    assert 100 <= len(steps) <= 200 and steps[:22] == list(range(22)) and sum(step >= 500 for step in steps) >= 15, (len(steps), steps)


def test_late_steps_are_measured_in_pairs(folder: str) -> None:
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path, sampling=SamplingSchedule(max_overhead=1e-9))
    for _ in range(400):
        optimizer.zero_grad()
        loss = model(torch.ones(4, 2)).square().mean()
        loss.backward()
        optimizer.step()
        doctor.step(loss)
    doctor.complete()
    late = [step for step in measured_steps(path) if step >= 100]
    assert len(late) >= 10 and all(second == first + 1 for first, second in zip(late[::2], late[1::2])), late
    turned = [line["step"] for line in read(path) if "step" in line and any(name == "gradient_cosine" for name, _, _ in line["m"])]
    assert set(late[1::2]) <= set(turned) and len([step for step in late[::2] if step in turned]) == 0, turned


def test_steps_that_are_not_measured_hide_nothing(folder: str) -> None:
    """Of most steps loss and rate alone are taken. A jump of the loss, a number told by name, an evaluation and training in evaluation mode are seen all the same."""
    torch.manual_seed(3)
    model, criterion = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.1), nn.Linear(8, 3)), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path, sampling=SamplingSchedule(dense_steps=0, interval=1 << 30, alarmed_steps=4, max_overhead=1e-9))
    losses = []
    for step in range(120):
        inputs, targets = torch.randn(40, 4), torch.randint(3, (40,))
        if step == 90:
            model.eval()
            with torch.no_grad():
                criterion(model(inputs), targets)
            model.train()
            doctor.validation(loss=0.5)
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets) * (100 if step == 100 else 1)
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] = 0.25 / (step + 2)
        doctor.step(loss if step < 110 else loss.item(), targets)
        losses.append(loss.item())
        if step == 80:
            doctor.report("kl", 0.5)
    doctor.complete()
    lines = read(path)
    assert doctor.faults == {}, doctor.faults
    assert values(lines, "loss") == losses and values(lines, "learning_rate") == [0.25 / (step + 2) for step in range(120)]
    assert [line["step"] for line in lines if ["kl", "", 0.5] in line.get("m", [])] == [80]
    assert measured_steps(path)[:4] == [0, 100, 101, 102] and len(measured_steps(path)) < 8, measured_steps(path)
    assert values(lines, "validation_pass_count") == [1] and values(lines, "validation_training_mode", "1") == [0] and values(lines, "training_mode", "1")[0] == 1
    assert values(lines, "call_count", "1") == [120]


def test_the_target_is_found_among_the_newest_features_of_a_sequence(folder: str) -> None:
    """A forecast that is off by one is asked for the newest value that it is given; one that recalls the first is asked on purpose."""
    for place, is_found in ((-1, True), (0, False)):
        torch.manual_seed(3)
        model = nn.Sequential(nn.Flatten(), nn.Linear(60, 1))
        path = os.path.join(folder, "run{}.jsonl".format(place))
        doctor = TrainingDoctor.attach(model, record_to=path)
        for _ in range(3):
            windows = torch.randn(64, 30, 2)
            loss = nn.functional.mse_loss(model(windows), windows[:, place, :1])
            loss.backward()
            doctor.step(loss, windows[:, place, :1])
        doctor.complete()
        assert doctor.faults == {}, doctor.faults
        found = [value > 0.999999 for value in values(read(path), "target_feature_correlation")]
        assert found == [is_found] * 3, found


def test_features_that_hardly_vary_are_measured_right(folder: str) -> None:
    """Outputs far from 0 and close to each other: moments are those of what lies between them, not differences of large numbers."""
    class Given(nn.Module):
        def forward(self, taken: torch.Tensor) -> torch.Tensor:
            return taken * 1

    torch.manual_seed(9)
    model = nn.Sequential(nn.Linear(2, 2), Given())
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model[1], record_to=path)
    made = []
    for kind in (torch.float32, torch.float64):
        rows = (1000 + 0.1 * torch.rand(50, 12, dtype=torch.float64) ** 3 + 0.01 * torch.arange(12, dtype=torch.float64)).to(kind).requires_grad_()
        made.append(model[1](rows).detach().double())
        doctor.step(0.5)
    doctor.complete()
    lines = read(path)
    assert doctor.faults == {}, doctor.faults
    for place, wide in enumerate(made):
        away = wide - wide.mean()
        deviation = away.square().mean().sqrt()
        for metric, expected in (("output_mean", wide.mean()), ("output_standard_deviation", deviation), ("output_skewness", (away / deviation).pow(3).mean()), ("output_minimum", wide.min()),
                                 ("batch_variation", (wide - wide.mean(0)).square().mean(0).sqrt().mean() / max(deviation, 1e-6 * wide.max()))):
            told = values(lines, metric, "(output)")[place]
            assert math.isclose(told, float(expected), rel_tol=1e-9), (metric, told, float(expected))


def test_the_first_loss_that_is_no_number_is_measured_whatever_it_costs(folder: str) -> None:
    model = nn.Linear(2, 2)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, record_to=path, sampling=SamplingSchedule(dense_steps=0, interval=1000, alarmed_steps=3, max_overhead=1e-9))
    for step in range(20):
        model.zero_grad()
        loss = model(torch.full((4, 2), math.nan if step >= 13 else 1.0)).sum()
        loss.backward()
        doctor.step(loss)
    doctor.complete()
    assert measured_steps(path)[:4] == [0, 13, 14, 15], measured_steps(path)
    assert values(read(path), "gradient_non_finite_count", "weight")[1] == 4 and values(read(path), "output_non_finite_count", "(output)")[1] == 8


def test_half_precision_and_many_shapes_are_measured_right(folder: str) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6000), nn.Tanh(), nn.Linear(6000, 3, bias=False), nn.LayerNorm(3)).to(torch.bfloat16)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, record_to=path)
    output = model(torch.randn(5, 4).to(torch.bfloat16))
    output.float().square().sum().backward()
    doctor.step(1.0)
    doctor.complete()
    lines = read(path)
    assert doctor.faults == {}, doctor.faults
    for name, parameter in model.named_parameters():
        for metric, tensor in (("weight", parameter.detach()), ("gradient", parameter.grad)):
            wide = tensor.double()
            assert math.isclose(values(lines, metric + "_norm", name)[0], float(wide.norm()), rel_tol=1e-9), name
            assert math.isclose(values(lines, metric + "_absolute_maximum", name)[0], float(wide.abs().max()), rel_tol=1e-11), name
            assert math.isclose(values(lines, metric + "_standard_deviation", name)[0], float(wide.std(unbiased=False)), rel_tol=1e-6, abs_tol=1e-12), name
        assert math.isclose(values(lines, "gradient_zero_fraction", name)[0], float((parameter.grad == 0).double().mean()), rel_tol=1e-11), name
    assert math.isclose(values(lines, "negative_fraction", "3")[0], float((output < 0).double().mean()), rel_tol=1e-11)


def test_a_large_recording_goes_on_in_parts(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    model = nn.Linear(2, 2)
    doctor = TrainingDoctor.attach(model, record_to=path, record_limit=1 << 20)
    for _ in range(30):
        for step in range(1000):
            doctor.step(0.5 + step)
    doctor.complete()
    parts = sorted(int(name.rpartition(".")[2]) for name in os.listdir(folder) if name.startswith("run.jsonl."))
    assert os.path.exists(path) and len(parts) <= 7 and parts == list(range(parts[0], parts[-1] + 1)) and parts[0] >= 1, parts
    assert sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.startswith("run.jsonl")) <= (1 << 20) + (1 << 17)
    TrainingDoctor.attach(model, record_to=path).complete()
    assert [name for name in os.listdir(folder) if name.startswith("run.jsonl.")] == []


def test_parameters_that_change_their_type_or_place_are_measured_as_they_are(folder: str) -> None:
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 300), nn.Linear(300, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
    expected: Dict[str, List[float]] = {}
    gradients: Dict[str, List[float]] = {}
    for step in range(8):
        if step == 2:
            model.double()
        elif step == 3:
            model.float()
        elif step == 5:
            model[0].weight.data = torch.full((4, 6), 0.25).t()
        elif step == 6:
            model[1].weight = nn.Parameter(torch.randn(300, 6))
        optimizer.zero_grad(set_to_none=step % 2 == 0)
        model.zero_grad()
        loss = model(torch.randn(8, 4, dtype=model[0].weight.dtype)).square().mean()
        loss.backward()
        if step == 4:
            model[2].bias.grad = None
        optimizer.step()
        doctor.step(loss)
        for name, parameter in model.named_parameters():
            expected.setdefault(name, []).append(float(parameter.detach().double().norm()))
            if parameter.grad is not None:
                gradients.setdefault(name, []).append(float(parameter.grad.double().norm()))
    doctor.complete()
    lines = read(path)
    assert doctor.faults == {}, doctor.faults
    for metric, all_norms in (("weight_norm", expected), ("gradient_norm", gradients)):
        for name, norms in all_norms.items():
            told = values(lines, metric, name)
            assert len(told) == len(norms) and all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(told, norms)), (metric, name, told, norms)


def test_layers_of_one_shape_keep_bounds_of_their_own(folder: str) -> None:
    torch.manual_seed(6)
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(inplace=True), nn.Linear(8, 8), nn.Hardtanh(-0.25, 0.5), nn.Linear(8, 8), nn.LeakyReLU())
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, record_to=path)
    for rows in (64, 64, 64, 32, 64, 64):
        heard = [torch.randn(rows, 8)]
        for layer in model:
            heard.append(layer(heard[-1].clone()))
        # The doctor heard the layers one by one; what they made is what it must tell.
        heard[-1].sum().backward()
        doctor.step(0.5)
    doctor.complete()
    lines = read(path)
    assert doctor.faults == {}, doctor.faults
    clipped, rectified = heard[4].detach(), heard[2].detach()
    assert values(lines, "saturated_fraction", "0") == [] and len(values(lines, "saturated_fraction", "3")) == 6
    margin = _description._LAYER_PROBE_BOUND_SHARE * 0.75
    saturated = float(((clipped <= -0.25 + margin) | (clipped >= 0.5 - margin)).double().mean())
    assert math.isclose(values(lines, "saturated_fraction", "3")[-1], saturated, rel_tol=1e-11), (values(lines, "saturated_fraction", "3"), saturated)
    assert math.isclose(values(lines, "zero_fraction", "1")[-1], float((rectified == 0).double().mean()), rel_tol=1e-11)
    for path_of, made in (("0", heard[1]), ("2", heard[3]), ("5", heard[6])):
        wide = made.detach().double()
        spread = (wide - wide.mean(0)).square().mean(0).sqrt().mean() / wide.std(unbiased=False)
        assert math.isclose(values(lines, "output_mean", path_of)[-1], float(wide.mean()), rel_tol=1e-9, abs_tol=1e-12), path_of
        assert math.isclose(values(lines, "batch_variation", path_of)[-1], float(spread), rel_tol=1e-9), path_of


def test_few_and_many_labels_are_counted_alike(folder: str) -> None:
    told = []
    for repeats in (1, 400):
        path = os.path.join(folder, "run{}.jsonl".format(repeats))
        doctor = TrainingDoctor.attach(nn.Linear(2, 3), loss=nn.CrossEntropyLoss(ignore_index=2), record_to=path)
        doctor.step(0.5, torch.tensor([0, 0, 1, -100, 2, -1, 5, 5]).repeat_interleave(repeats))
        doctor.complete()
        assert doctor.faults == {}, doctor.faults
        told.append([values(read(path), metric) for metric in ("target_ignored_fraction", "target_class_count", "target_majority_fraction", "target_minority_fraction")]
                    + [[value / repeats for value in values(read(path), "target_invalid_count")]])
    assert told[0] == told[1] == [[0.25], [4], [1 / 3], [1 / 6], [1]], told


def test_short_lines_wait_a_moment_but_are_never_lost(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    sampling = SamplingSchedule(dense_steps=0, interval=1 << 30, max_overhead=1e-9)
    doctor = TrainingDoctor.attach(nn.Linear(2, 2), record_to=path, sampling=sampling)
    for _ in range(3):
        doctor.step(0.5)
    time.sleep(0.3)
    doctor.step(0.5)
    assert len(values(read(path), "loss")) == 4
    doctor.step(0.5)
    doctor.close()
    assert len(values(read(path), "loss")) == 5
    # A program that ends in an error, and one that forks.
    program = ("import os, sys, torch\nfrom training_doctor import SamplingSchedule, TrainingDoctor\n"
               "doctor = TrainingDoctor.attach(torch.nn.Linear(2, 2), record_to=sys.argv[1], sampling=SamplingSchedule(dense_steps=0, interval=1 << 30))\n"
               "for _ in range(50): doctor.step(0.5)\n"
               "if hasattr(os, 'fork') and os.fork() == 0: sys.exit(0)\n"
               "raise SystemError('an error of the program')\n")
    ended = subprocess.run([sys.executable, "-c", program, path], stderr=subprocess.PIPE, check=False)
    assert b"an error of the program" in ended.stderr and len(values(read(path), "loss")) == 50, (ended.stderr, len(values(read(path), "loss")))


def test_steps_measured_together_tell_what_they_tell_alone(folder: str) -> None:
    class Mixed(nn.Module):
        """Layers that are written into, of two shapes, bounded and not, and one that is not always called."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.third, self.last = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 3)
            self.act, self.tanh, self.norm, self.calls = nn.ReLU(inplace=True), nn.Tanh(), nn.BatchNorm1d(6), 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            x = self.norm(self.tanh(self.second(self.act(self.first(x)))))
            return self.last(x if self.calls % 7 == 0 else self.third(x))

    def record(name: str, together: bool) -> List[Dict[str, Any]]:
        torch.manual_seed(4)
        model, path = Mixed(), os.path.join(folder, name)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.01)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=nn.CrossEntropyLoss(), record_to=path, sampling=SamplingSchedule(max_overhead=None, dense_steps=60, interval=3))
        doctor._queue._SLOW = math.inf if together else -1.0  # type: ignore[misc]
        for step in range(100):
            inputs = torch.randn(5 if step == 31 else 40, 6) * (math.nan if step == 47 else 1.0)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), torch.randint(3, (len(inputs),)))
            loss.backward()
            if step == 47:
                model.zero_grad()
            if step == 20:
                model.first.bias.grad = None
            optimizer.step()
            doctor.step(loss)
            if step == 50:
                doctor.validation(loss=0.5)
            doctor.report("kl", 0.25)
        assert doctor.faults == {}, doctor.faults
        doctor.complete()
        return read(path)

    def told(lines: List[Dict[str, Any]]) -> Dict[Any, Any]:
        timed = ("step_time", "data_time", "throughput", "busy_processors", "process_memory", "elapsed")
        found = {(line["step"], metric, scope): value for line in lines for metric, scope, value in line.get("m", []) if metric not in timed}
        return {key: value if isinstance(value, str) else float("%.8g" % value) for key, value in found.items()}

    together, alone = record("together.jsonl", True), record("alone.jsonl", False)
    assert told(together) == told(alone), sorted(set(told(together).items()) ^ set(told(alone).items()), key=str)[:10]
    steps = [line["step"] for line in together if "step" in line]
    assert steps == sorted(steps) and len(values(together, "update_ratio", "last.weight")) > 60


def test_what_waits_to_be_measured_is_never_lost(folder: str) -> None:
    # A program that ends in an error, and a doctor that nobody holds any more.
    program = ("import sys, torch\nfrom training_doctor import SamplingSchedule, TrainingDoctor\n"
               "def train():\n"
               "    model = torch.nn.Linear(2, 2)\n"
               "    doctor = TrainingDoctor.attach(model, record_to=sys.argv[1])\n"
               "    for step in range(22):\n"
               "        model.zero_grad()\n"
               "        loss = model(torch.ones(4, 2)).square().mean()\n"
               "        loss.backward()\n"
               "        doctor.step(loss)\n"
               "    if sys.argv[2] == 'error': raise SystemError('an error of the program')\n"
               "train()\n")
    for ending in ("error", "silence"):
        path = os.path.join(folder, ending + ".jsonl")
        subprocess.run([sys.executable, "-c", program, path, ending], stderr=subprocess.PIPE, check=False)
        assert measured_steps(path) == list(range(22)), (ending, measured_steps(path))


def test_an_alarm_and_a_slow_step_are_settled_at_once(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    model = nn.Linear(2, 2)
    doctor = TrainingDoctor.attach(model, record_to=path)
    now = 0.0
    # How quickly steps come is for the test to say, not for the machine.
    doctor._queue._clock = lambda: now

    def step(scale: float) -> int:
        model.zero_grad()
        loss = model(torch.full((4, 2), scale)).square().mean()
        loss.backward()
        doctor.step(loss)
        return len(measured_steps(path))

    assert step(1.0) == 1, "nothing tells yet that steps come quickly"
    assert step(1.0) == 1 and step(math.nan) == 3, "an alarm waits"
    assert step(1.0) == 3
    now += 0.06
    assert step(1.0) == 5, "a slow step waits"
    doctor.close()


def test_wrong_arguments_are_named(folder: str) -> None:
    for arguments, error in (((5, {}), TypeError), ((nn.Linear(1, 1), {"task": "guessing"}), ValueError), ((nn.Linear(1, 1), {"record_limit": 1}), ValueError)):
        try:
            TrainingDoctor.attach(arguments[0], record_to=os.path.join(folder, "no.jsonl"), **arguments[1])  # type: ignore[arg-type]
        except error:
            continue
        raise AssertionError("{} was taken".format(arguments))


def test_numbers_told_by_name_are_recorded(folder: str) -> None:
    path = os.path.join(folder, "told.jsonl")
    doctor = TrainingDoctor.attach(nn.Linear(1, 1), record_to=path, task="policy-optimization")
    for step in range(3):
        doctor.step(0.5)
        doctor.report("kl", torch.tensor(0.25 * step))
    doctor.complete()
    lines = read(path)
    assert values(lines, "kl") == [0.0, 0.25, 0.5] and lines[0]["run"]["task"] == "PolicyOptimization"


def test_gradients_that_are_never_cleared_are_seen(folder: str) -> None:
    def kept(clears: Callable[[Any, int], None], clears_late: bool = False, every: int = 1) -> List[float]:
        torch.manual_seed(2)
        path = os.path.join(folder, "kept.jsonl")
        model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
        for step in range(80):
            if not clears_late:
                clears(optimizer, step)
            loss = model(torch.randn(8, 4)).pow(2).mean()
            if clears_late:
                clears(optimizer, step)
            (loss / 2).backward(retain_graph=True)
            (loss / 2).backward()
            if step % every == every - 1:
                optimizer.step()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {} and not model[2].bias._backward_hooks
        return values(read(path), "gradient_kept")

    assert kept(lambda optimizer, step: None) == [1] * 64
    assert kept(lambda optimizer, step: optimizer.zero_grad()) == [0] * 64
    assert kept(lambda optimizer, step: optimizer.zero_grad(set_to_none=True)) == [0] * 64
    assert kept(lambda optimizer, step: optimizer.zero_grad(), clears_late=True) == [0] * 64, "cleared between forward and backward pass"
    assert kept(lambda optimizer, step: optimizer.zero_grad() if step % 4 == 0 else None)[:8] == [1, 1, 1, 0, 1, 1, 1, 0], "steps are taken with what others were taken with before"
    assert kept(lambda optimizer, step: optimizer.zero_grad() if step % 4 == 0 else None, every=4) == [0] * 19, "added up on purpose"


def test_gradients_that_are_cleared_before_a_step_uses_them_are_seen(folder: str) -> None:
    def lost(passes: int, before: Callable[[torch.optim.Optimizer, int], None], inner: bool = False, late: Any = None, decay: float = 0) -> List[float]:
        torch.manual_seed(4)
        path = os.path.join(folder, "lost.jsonl")
        model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 9))
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, weight_decay=decay)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
        for turn in range(20):
            for place in range(passes):
                before(optimizer, place)
                loss = model(torch.randn(8, 4)).square().mean() / passes
                loss.backward()
                if inner:
                    optimizer.step()
            if late is not None:
                late(optimizer, turn)
            optimizer.step()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {}
        return values(read(path), "gradient_lost")

    def moves_and_clears(optimizer: torch.optim.Optimizer, turn: int) -> None:
        for parameter in optimizer.param_groups[0]["params"]:
            parameter.data.sub_(1e-3 * parameter.grad)
        optimizer.zero_grad()

    assert lost(4, lambda optimizer, place: optimizer.zero_grad()) == [0.75] * 20
    assert lost(4, lambda optimizer, place: optimizer.zero_grad(set_to_none=True)) == [0.75] * 20
    assert lost(4, lambda optimizer, place: optimizer.zero_grad() if place == 0 else None) == [0] * 20, "micro-batches that add up"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad()) == [], "one pass a step"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad(), late=lambda optimizer, turn: optimizer.zero_grad()) == [1] * 20, "cleared between the pass and the step"
    assert lost(1, lambda optimizer, place: None, late=lambda optimizer, turn: optimizer.zero_grad(set_to_none=True)) == [1] * 20
    assert lost(2, lambda optimizer, place: None, late=lambda optimizer, turn: optimizer.zero_grad()) == [1] * 20, "both passes"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad(), late=lambda optimizer, turn: optimizer.zero_grad() if turn % 4 == 1 else None)[:4] == [1, 0, 0, 0], "a step that is left out"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad(), inner=True, late=lambda optimizer, turn: optimizer.zero_grad()) == [], "used, and then cleared"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad(), late=moves_and_clears) == [], "moved past autograd, and then cleared"
    assert lost(1, lambda optimizer, place: None, late=lambda optimizer, turn: optimizer.zero_grad(), decay=0.1) == [1] * 20, "weights that only decay"
    assert lost(1, lambda optimizer, place: optimizer.zero_grad(), inner=True, late=lambda optimizer, turn: optimizer.zero_grad(), decay=0.1) == [], "used, and decayed"
    assert lost(4, lambda optimizer, place: optimizer.zero_grad(), inner=True) == [0] * 20, "each pass was used"


def test_one_module_in_several_places_is_seen_in_each(folder: str) -> None:
    class Shared(nn.Module):
        def __init__(self, between: nn.Module, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
            super().__init__()
            self.first, self.second, self.third, self.between, self.function = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 6), between, function

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.function(self.between(self.first(x)))
            return self.third(self.function(self.between(self.second(x))))

    def origins(between: nn.Module, function: Callable[[torch.Tensor], torch.Tensor] = lambda x: x) -> List[List[float]]:
        path = os.path.join(folder, "shared.jsonl")
        doctor = TrainingDoctor.attach(Shared(between, function), record_to=path)
        for _ in range(3):
            loss = doctor._model(torch.randn(8, 6)).square().mean()
            loss.backward()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {}
        return [values(read(path), "input_origin", name) for name in ("second", "third")]

    # The order is first, between, second, third.
    assert origins(nn.Identity()) == [[1], [2]]
    assert origins(nn.Dropout(0.5)) == [[1], [2]]
    assert origins(nn.Dropout(0.5, inplace=True)) == [[1], [2]]
    assert origins(nn.ReLU()) == [[1], [1]], "what changes its input is where the output comes from"
    assert origins(nn.Dropout(0.5), torch.relu) == [[], []], "a function between"
    assert origins(nn.Identity(), torch.relu) == [[], []]


def test_an_optimizer_that_never_steps_is_seen(folder: str) -> None:
    def idle(make: Callable[[nn.Module], torch.optim.Optimizer], anew: bool = False, every: int = 1) -> List[float]:
        path = os.path.join(folder, "idle.jsonl")
        model = nn.Linear(4, 1)
        told = make(model)
        doctor = TrainingDoctor.attach(model, optimizer=told, record_to=path)
        for step in range(12):
            optimizer = make(model) if anew else told
            loss = model(torch.randn(8, 4)).square().mean()
            loss.backward()
            if step % every == every - 1:
                optimizer.step()
                optimizer.zero_grad()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {}
        return values(read(path), "optimizer_idle")

    assert idle(lambda model: torch.optim.Adam(model.parameters(), 1e-3)) == [0], "told once"
    assert idle(lambda model: torch.optim.Adam(model.parameters(), 1e-3), anew=True) == [1] * 12
    assert idle(lambda model: torch.optim.SGD(model.parameters(), 1e-3, momentum=0.9), anew=True) == [1] * 12
    assert idle(lambda model: torch.optim.SGD(model.parameters(), 1e-3), anew=True) == [], "it has nothing to remember"
    assert idle(lambda model: torch.optim.AdamW(model.parameters(), 1e-3), every=4) == [1, 1, 1, 0], "added up first"


def test_integer_labels_of_a_loss_of_signs_have_bounds(folder: str) -> None:
    def bounds(loss: Any, labels: torch.Tensor, told: Any = None, pairs: bool = False) -> List[List[float]]:
        path = os.path.join(folder, "signs.jsonl")
        model = nn.Linear(4, 1)
        doctor = TrainingDoctor.attach(model, loss=loss, record_to=path)
        for _ in range(3):
            made = model(torch.randn(len(labels), 4))
            value = loss(made, made.flip(0), labels) if pairs and "osine" in str(loss) else loss(made.reshape(-1), made.reshape(-1).flip(0), labels) if pairs else loss(made.reshape(-1), labels)
            value.backward()
            doctor.step(value, told)
        doctor.complete()
        assert doctor.faults == {}
        return [sorted(set(values(read(path), metric))) for metric in ("target_minimum", "target_maximum")]

    whole = torch.tensor([0, 1, 1, 0, 1])
    assert bounds(nn.CosineEmbeddingLoss(), whole, pairs=True) == [[0], [1]], "as the loss takes them, told or not"
    assert bounds(nn.CosineEmbeddingLoss(), 2 * whole - 1, told=whole, pairs=True) == [[-1], [1]], "stored as 0 and 1, and made signs on the way"
    assert bounds(nn.MarginRankingLoss(), whole, told=whole, pairs=True) == [[0], [1]]
    assert bounds(nn.HingeEmbeddingLoss(), whole, told=whole) == [[0], [1]]
    assert bounds(nn.SoftMarginLoss(), 2 * whole, told=whole) == [[0], [2]]
    assert bounds(nn.functional.cosine_embedding_loss, whole, told=whole, pairs=True) == [[0], [1]], "a function, of which only what is told is known"
    assert bounds(nn.functional.cross_entropy, torch.zeros(5), told=whole) == [[], []], "class indices have no bounds"
    assert bounds(lambda output, target: (1 - target * output).clamp(min=0).mean(), whole, told=whole) == [[0], [1]]


def test_rows_of_shares_are_summed(folder: str) -> None:
    def sums(of: Callable[[torch.Tensor], torch.Tensor]) -> List[float]:
        path = os.path.join(folder, "rows.jsonl")
        model = nn.Linear(6, 5)
        criterion = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
        for _ in range(5):
            targets = of(nn.functional.one_hot(torch.randint(5, (16,)), 5).float())
            optimizer.zero_grad()
            loss = criterion(model(torch.randn(16, 6)), targets)
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets)
        doctor.complete()
        assert doctor.faults == {}
        return [round(value, 5) for value in values(read(path), "target_row_sum")]

    assert sums(lambda one: 0.9 * one + 0.1) == [1.4] * 5
    assert sums(lambda one: 0.9 * one + 0.02) == [1] * 5
    assert sums(lambda one: one) == [], "labels"
    assert sums(lambda one: one + torch.rand(16, 1)) == [], "rows of different sums"
    assert sums(lambda one: one - 0.1) == [], "no shares"


def test_rows_that_come_again_are_counted(folder: str) -> None:
    def shares(rows: Callable[[], torch.Tensor], targets: Callable[[int], torch.Tensor], told: bool = True, second: bool = False) -> List[List[float]]:
        path = os.path.join(folder, "repeats.jsonl")
        width = rows()[0].numel()
        model = nn.Sequential(nn.Flatten(), nn.Linear(width, 5))
        criterion = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
        for _ in range(6):
            inputs = rows()
            labels = targets(len(inputs))
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            if second:
                loss = loss + criterion(model(torch.randn(len(inputs), width)), labels)
            loss.backward()
            optimizer.step()
            doctor.step(loss, labels if told else None)
        doctor.complete()
        assert doctor.faults == {}
        return [[round(value, 3) for value in sorted(set(values(read(path), metric)))] for metric in ("input_duplicate_fraction", "conflicting_target_fraction")]

    torch.manual_seed(5)
    few, wide = torch.randn(5, 6), torch.randn(5, 300)
    turns = torch.arange(40) % 5
    assert shares(lambda: few[turns], lambda n: turns) == [[0.875], [0]], "five samples, whatever is drawn"
    assert shares(lambda: wide[turns], lambda n: turns) == [[0.875], [0]]
    assert shares(lambda: few[turns], lambda n: (turns + torch.arange(n) // 5) % 5, told=False) == [[0.875], [0.857]], "one input, several labels"
    assert shares(lambda: few[turns], lambda n: turns, second=True) == [[0.875], []], "of two calls nobody knows whose labels these are"
    assert shares(lambda: torch.randn(60, 4), lambda n: torch.randint(5, (n,))) == [[0], []]
    assert shares(lambda: torch.cat([few, torch.randn(15, 6), few]), lambda n: torch.zeros(n, dtype=torch.long)) == [[0.2], [0]], "copies of a rare class"
    assert shares(lambda: torch.cat([torch.rand(20, 1, 8, 8), torch.zeros(5, 1, 8, 8)]), lambda n: torch.randint(5, (n,))) == [[0], []], "padding"
    assert shares(lambda: torch.randint(2, (64, 4)).float(), lambda n: torch.randint(5, (n,))) == [[], []], "binary features"
    assert shares(lambda: (torch.randint(2, (64, 4)) - 0.5) / 0.37, lambda n: torch.randint(5, (n,))) == [[], []], "standardised binary features"
    assert shares(lambda: torch.randint(4, (64, 2)) / 3.0, lambda n: torch.randint(5, (n,))) == [[], []], "a grid"
    assert shares(lambda: torch.randint(20, (64, 1)) / 7.0, lambda n: torch.randint(5, (n,))) == [[], []], "one feature"


def test_a_linear_map_of_the_inputs_is_tried_on_each_next_batch(folder: str) -> None:
    """A linear map is fitted to the batches before the present one, where rows and targets are of a kind that it can be fitted to."""
    path = os.path.join(folder, "run.jsonl")

    def errors(batch: Callable[[], Tuple[Tensor, Tensor]], calls: int = 1, hears: bool = True) -> List[float]:
        inputs, targets = batch()
        model = nn.Linear(inputs.shape[1], targets.reshape(len(targets), -1).shape[1])
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=nn.MSELoss() if hears else None, record_to=path, sampling=SamplingSchedule(dense_steps=1000, max_overhead=None))
        for _ in range(40):
            inputs, targets = batch()
            optimizer.zero_grad()
            output = [model(inputs) for _ in range(calls)][-1]
            loss = (output.reshape(len(inputs), -1)[: len(targets)] - targets.reshape(len(targets), -1)).square().nan_to_num().mean()
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets)
        doctor.complete()
        assert doctor.faults == {}
        return values(read(path), "linear_fit_error")

    torch.manual_seed(6)
    weights = torch.randn(5, 2)

    def noisy(noise: float, rows: int = 32) -> Tuple[Tensor, Tensor]:
        inputs = 3 * torch.randn(rows, 5) + 1
        return inputs, inputs @ weights + 2 + noise * torch.randn(rows, 2)

    exact, noise = errors(lambda: noisy(0.0)), errors(lambda: noisy(0.9), hears=False)
    assert 30 < len(exact) < 40 and max(exact) < 1e-6
    assert 30 < len(noise) < 40 and abs(sum(noise) / len(noise) - 0.81) < 0.08
    same = noisy(1.0)
    assert errors(lambda: same) == [], "the same few rows teach nothing"
    assert errors(lambda: noisy(0.5), calls=2) == [], "of two calls nobody knows whose targets these are"
    assert errors(lambda: (torch.randn(32, 65), torch.randn(32, 1))) == [], "too many features"
    assert errors(lambda: (torch.randn(32, 5), torch.full((32, 1), math.nan))) == []
    assert errors(lambda: (torch.randn(32, 5),) * 2) == [], "what is to be given back"


def test_the_most_frequent_lookup_is_known(folder: str) -> None:
    def share(rows: int, batches: Callable[[], torch.Tensor], padding: Any = None, steps: int = 12) -> float:
        path = os.path.join(folder, "lookups.jsonl")
        model = nn.Sequential(nn.Embedding(rows, 4, padding_idx=padding), nn.Linear(4, 3))
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = model(batches()).square().mean()
            loss.backward()
            optimizer.step()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {}
        found = values(read(path), "embedding_mode_share", "0")
        return round(found[-1], 2) if found else -1.0

    torch.manual_seed(5)
    frequencies = 1 / torch.arange(1, 901).double()

    def text(unknown: float = 0.0, places: int = 20) -> torch.Tensor:
        tokens = torch.multinomial(frequencies, 16 * places, replacement=True).reshape(16, places) + 2
        return torch.where(torch.rand(16, places) < unknown, torch.ones_like(tokens), tokens)

    def padded(tokens: torch.Tensor, least: int = 3, left: bool = False, filling: int = 0) -> torch.Tensor:
        lengths = torch.randint(least, tokens.shape[1] + 1, (len(tokens), 1))
        filled = torch.arange(tokens.shape[1]) >= lengths
        return torch.where(filled.flip(1) if left else filled, torch.full_like(tokens, filling), tokens)

    assert share(1000, lambda: text(0.9)) > 0.75, "nearly all words unknown"
    assert share(1000, lambda: text(1.0)) == 1, "all of them"
    assert share(1000, lambda: padded(text(0.9))) > 0.8, "and padded"
    assert share(1000, lambda: padded(text(0.9)).t()) > 0.8, "places first"
    assert share(1000, lambda: padded(text(1.0), 1), padding=0) == 1
    assert share(60, lambda: text().clamp(max=4)) > 0.6, "cut to a size that is too small"
    assert share(1000, lambda: text().clamp(max=999).reshape(-1)) == 0, "single lookups: a category may be frequent"
    assert share(60, lambda: (text() + 50).clamp(max=59).reshape(-1)) > 0.6, "unless it is the last row"
    assert share(1000, text) < 0.2, "the most frequent word of a text"
    assert share(1000, lambda: padded(text())) < 0.25, "padded without saying so"
    assert share(1000, lambda: padded(text(), 1)) < 0.3
    assert share(1000, lambda: padded(text()).t()) < 0.3, "places first"
    assert share(1000, lambda: padded(text(), left=True)) < 0.3
    assert share(1000, lambda: padded(text(), filling=1), padding=0) < 0.25
    assert share(1000, lambda: text(0.15)) < 0.2, "masked words"
    assert share(2, lambda: (torch.rand(16, 20) < 0.05).long()) == -1, "binary features"
    assert share(2, lambda: torch.zeros(16, 20, dtype=torch.long)) == -1, "segments"
    assert share(64, lambda: torch.arange(20).expand(16, 20)) < 0.1, "positions"

    def pictures() -> torch.Tensor:
        filled = torch.zeros(16, 28, 28, dtype=torch.long)
        filled[:, 8:20, 9:19] = torch.randint(1, 255, (16, 12, 10))
        return filled.reshape(16, -1)

    assert share(256, pictures) < 0.3, "pixels before a background"
    users = iter(range(12))
    assert share(500, lambda: torch.full((64, 5), next(users))) < 0.1, "one user after the other"
    assert share(1000, text, steps=1) < 0.2
    assert share(1000, lambda: text(1.0, 5), steps=2) == -1, "too few to judge"


def test_labels_are_counted_place_by_place(folder: str) -> None:
    path = os.path.join(folder, "labels.jsonl")
    model = nn.Sequential(nn.Embedding(9, 6), nn.Linear(6, 9))
    criterion = nn.CrossEntropyLoss(ignore_index=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
    for _ in range(5):
        targets = torch.randint(1, 9, (8, 6))
        targets[:, 4:] = 0
        optimizer.zero_grad()
        loss = criterion(model(torch.randint(9, (8, 6))).transpose(1, 2), targets)
        loss.backward()
        optimizer.step()
        doctor.step(loss, targets)
    doctor.complete()
    assert values(read(path), "target_label_count") == [32] * 5, "ignored ones do not count"


def test_what_another_network_s_pass_leaves_is_no_sum(folder: str) -> None:
    torch.manual_seed(2)
    path = os.path.join(folder, "two.jsonl")
    maker, judge = nn.Linear(4, 4), nn.Linear(4, 1)
    makers, judges = torch.optim.SGD(maker.parameters(), lr=1e-3), torch.optim.SGD(judge.parameters(), lr=1e-3)
    doctor = TrainingDoctor.attach(maker, optimizer=makers, record_to=path)
    for _ in range(20):
        judges.zero_grad()
        judge(maker(torch.randn(8, 4))).mean().backward()
        judges.step()
        makers.zero_grad()
        loss = -judge(maker(torch.randn(8, 4))).mean()
        loss.backward()
        makers.step()
        doctor.step(loss)
    doctor.complete()
    seen = values(read(path), "gradient_kept")
    assert seen == [0] * 19, seen


def test_outputs_that_depend_on_the_place_in_the_batch_are_seen(folder: str) -> None:
    class Placed(nn.Module):
        def __init__(self, along: int) -> None:
            super().__init__()
            self.along, self.words, self.last = along, nn.Embedding(9, 8), nn.Linear(8, 3)
            self.places = nn.Parameter(torch.randn(16, 8))

        def forward(self, taken: torch.Tensor) -> torch.Tensor:
            words = self.words(taken)
            places = self.places[:taken.shape[self.along]]
            return self.last((words + (places if self.along else places[:, None])).mean(1))

    def dependence(along: int) -> List[float]:
        path = os.path.join(folder, "placed.jsonl")
        model, criterion = Placed(along), nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
        for _ in range(5):
            optimizer.zero_grad()
            targets = torch.randint(3, (16,))
            loss = criterion(model(torch.randint(9, (16, 6))), targets)
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets)
        model.eval()
        with torch.no_grad():
            doctor.validation(loss=criterion(model(torch.randint(9, (16, 6))), torch.randint(3, (16,))).item())
        doctor.complete()
        return values(read(path), "place_dependence", "(output)")

    assert dependence(1) == [0.0] and dependence(0) == [1.0]


def test_samples_that_mix_are_seen_in_a_part_of_the_batch(folder: str) -> None:
    class Mixing(nn.Module):
        def __init__(self, before: nn.Module) -> None:
            super().__init__()
            self.before, self.last = before, nn.Linear(8, 3)

        def forward(self, taken: torch.Tensor) -> torch.Tensor:
            return self.last(self.before(taken))

    class Centring(nn.Module):
        def forward(self, taken: torch.Tensor) -> torch.Tensor:
            return taken - taken.mean(0)

    def leakage(before: nn.Module) -> List[float]:
        path = os.path.join(folder, "mixing.jsonl")
        model, criterion = Mixing(before), nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
        for _ in range(5):
            optimizer.zero_grad()
            targets = torch.randint(3, (16,))
            loss = criterion(model(torch.randn(16, 8)), targets)
            loss.backward()
            optimizer.step()
            doctor.step(loss, targets)
        model.eval()
        with torch.no_grad():
            doctor.validation(loss=criterion(model(torch.randn(16, 8)), torch.randint(3, (16,))).item())
        doctor.complete()
        return values(read(path), "sample_leakage", "(output)")

    assert leakage(Centring())[0] > 0.5
    assert leakage(nn.BatchNorm1d(8)) == [0.0]
    assert leakage(nn.BatchNorm1d(8, track_running_stats=False)) == [], "samples reach each other on purpose"


def test_overlaps_are_known_by_their_value(folder: str) -> None:
    def dice(marked: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        return 1 - ((2 * (marked * masks).sum((1, 2)) + 1) / (marked.sum((1, 2)) + masks.sum((1, 2)) + 1)).mean()

    def jaccard(marked: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        shared = (marked * masks).sum()
        return 1 - shared / (marked.sum() + masks.sum() - shared)

    def kinds(loss_of: Any) -> Tuple[List[float], List[float]]:
        path = os.path.join(folder, "overlap.jsonl")
        torch.manual_seed(6)
        model = nn.Linear(6, 5)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
        for _ in range(8):
            x = torch.randn(4, 3, 6)
            masks = (x[..., :5] > 0.4).float()
            loss = loss_of(model(x), masks)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            doctor.step(loss, masks)
        doctor.complete()
        assert doctor.faults == {}, doctor.faults
        return values(read(path), "recognized_loss"), values(read(path), "compared_outside_fraction")

    bare, taken = 12, 13
    for loss in (dice, jaccard):
        found, outside = kinds(loss)
        assert found == [bare] * 6 and len(outside) == 6 and 0.2 < min(outside) < 1, (found, outside)
        assert kinds(lambda o, t: loss(o.sigmoid(), t)) == ([taken] * 6, []), loss
        assert kinds(lambda o, t: loss(o.softmax(1), t)) == ([-1] * 6, []), "which classes exclude each other is not said"
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    assert kinds(lambda o, t: entropy(o, t) + dice(o, t))[0] == [bare] * 6
    assert kinds(lambda o, t: 0.3 * dice(o, t)) == ([-1] * 8, []), "a form that nobody knows"


def test_padding_masks_are_laid_beside_tokens(folder: str) -> None:
    places = 10
    attend = torch.nn.functional.multi_head_attention_forward

    class Reader(nn.Module):
        def __init__(self, kind: str, mask: Any) -> None:
            super().__init__()
            self.kind, self.mask = kind, mask
            self.words = nn.Embedding(20, 8)
            layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
            self.reader: Any = {"encoder": lambda: nn.TransformerEncoder(layer, 1), "layer": lambda: layer, "attention": lambda: nn.MultiheadAttention(8, 2)}[kind]()
            self.out = nn.Linear(8, 1)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            x, mask = self.words(tokens), self.mask(tokens)
            if self.kind == "attention":
                x = x.transpose(0, 1)
                return self.out(self.reader(x, x, x, key_padding_mask=mask)[0].mean(0))
            return self.out(self.reader(x, src_key_padding_mask=mask).mean(1))

    def looks(kind: str, mask: Any, samples: int = 32, steps: int = 6) -> List[float]:
        path = os.path.join(folder, "masks.jsonl")
        torch.manual_seed(5)
        model = Reader(kind, mask)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, record_to=path)
        for _ in range(steps):
            tokens = torch.randint(2, 20, (samples, places)) * (torch.arange(places) < torch.randint(3, places - 1, (samples, 1)))
            loss = model(tokens).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            doctor.step(loss)
        doctor.complete()
        assert torch.nn.functional.multi_head_attention_forward is attend, "nothing is left behind"
        lines = read(path)
        return [value for layer in ("reader", "reader.self_attn", "reader.layers.0.self_attn") for value in values(lines, "padding_mask_inverted", layer)]

    for kind in ("encoder", "layer", "attention"):
        assert looks(kind, lambda tokens: tokens == 0) == [0] * 6, kind
        assert looks(kind, lambda tokens: tokens != 0) == [1] * 6, kind
    assert looks("layer", lambda tokens: tokens != 0, samples=places) == [1] * 6, "as many samples as places"
    assert looks("layer", lambda tokens: (tokens == 0) | (tokens == 7) | (tokens == 9)) == [], "some words are hidden besides"
    assert looks("layer", lambda tokens: None) == []
    assert looks("attention", lambda tokens: (tokens == 0) * 1.0) == [], "numbers that are added"
    assert len(looks("layer", lambda tokens: tokens == 0, steps=60)) == 24, "looking ends"

    for first in (0, 1):
        doctors = [TrainingDoctor.attach(Reader("layer", lambda tokens: None), record_to=os.path.join(folder, name)) for name in ("one.jsonl", "two.jsonl")]
        doctors[first].complete()
        doctors[1 - first].complete()
        assert torch.nn.functional.multi_head_attention_forward is attend, "two at once, ended in any order"


def test_it_can_be_switched_off(folder: str) -> None:
    os.environ["TRAINDOCTOR"] = "off"
    try:
        path = os.path.join(folder, "off.jsonl")
        doctor = TrainingDoctor.attach(nn.Linear(1, 1), record_to=path)
        doctor.step(0.5)
        doctor.complete()
        assert not os.path.exists(path)
    finally:
        del os.environ["TRAINDOCTOR"]


def test_times_of_steps_and_what_a_device_tells(folder: str) -> None:
    """Times are means since the last report, about once a second; a validation between two steps is left out; what a device does not tell once, it is not asked for again."""
    seconds, told = [0.0], []  # type: ignore[var-annotated]
    meter = _resources._ResourceMeter(lambda metric, value: told.append((metric, value)), None, lambda: seconds[0])
    meter.batch_size = 32
    meter.step_ended()
    meter.resume()
    for step in range(8):
        seconds[0] += 0.15
        meter.on_call()
        meter.on_call()
        if step == 2:
            seconds[0] += 30
            meter.interrupt()
        seconds[0] += 0.1
        meter.step_ended()
        seconds[0] += 5
        meter.resume()
    names = [metric for metric, _ in told]
    assert names.count("step_time") == names.count("elapsed") >= 1, names
    assert all(abs(value - 0.25) < 1e-9 for metric, value in told if metric == "step_time"), told
    assert all(abs(value - 0.15) < 1e-9 for metric, value in told if metric == "data_time"), told
    assert all(abs(value - 128) < 1e-6 for metric, value in told if metric == "throughput"), told
    assert "device_memory" not in names and ("process_memory" in names) == os.path.exists("/proc/self/statm"), names

    asked: List[str] = []

    def memory(device: Any) -> Any:
        asked.append("memory")
        return 6 << 30, 8 << 30

    def utilization(device: Any) -> Any:
        asked.append("utilization")
        raise ModuleNotFoundError("pynvml")

    known = torch.cuda.mem_get_info, getattr(torch.cuda, "utilization", None)
    torch.cuda.mem_get_info, torch.cuda.utilization = memory, utilization  # type: ignore[assignment]
    try:
        device, answers = _resources._CudaDevice(torch.device("cuda:0")), []  # type: ignore[var-annotated]
        for _ in range(3):
            device.report(lambda metric, value: answers.append((metric, value)))
    finally:
        torch.cuda.mem_get_info = known[0]
        if known[1] is None:
            del torch.cuda.utilization
        else:
            torch.cuda.utilization = known[1]
    assert answers == 3 * [("device_memory", float(2 << 30))], answers
    assert asked.count("utilization") == 1, asked


class _Reader(nn.Module):
    """Answers with logits for each place; a decoder reads its own tokens beside those of the source."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.out = nn.Embedding(9, 8), nn.Linear(8, 9)

    def forward(self, source: torch.Tensor, own: Any = None) -> torch.Tensor:
        return self.out(self.embedding(source) + (0 if own is None else self.embedding(own)))


def _shifts(folder: str, call: Callable[[nn.Module, torch.Tensor], torch.Tensor], target: Callable[[torch.Tensor], torch.Tensor],
            loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> List[float]:
    model = _Reader()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    path = os.path.join(folder, "run.jsonl")
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=loss, record_to=path)
    for _ in range(4):
        tokens = torch.randint(1, 9, (8, 11))
        asked = target(tokens)
        value = loss(call(model, tokens), asked)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        doctor.step(value, asked)
    doctor.complete()
    return [value for row in read(path) for metric, _, value in row.get("m", []) if metric == "target_shift"]


def test_a_loss_that_shifts_labels_itself_is_counted(folder: str) -> None:
    def inner(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(output[:, :-1].reshape(-1, 9), target[:, 1:].reshape(-1))

    def plain(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(output.reshape(-1, 9), target.reshape(-1))

    def call(model: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
        return model(tokens[:, :-1])  # type: ignore[no-any-return]

    assert set(_shifts(folder, call, lambda tokens: tokens[:, :-1], inner)) == {1}
    told = _shifts(folder, call, lambda tokens: tokens[:, 1:], inner)
    assert set(told) == {2}, told
    assert set(_shifts(folder, call, lambda tokens: tokens[:, 1:], plain)) == {1}
    assert set(_shifts(folder, call, lambda tokens: tokens[:, :-1], plain)) == {0}


def test_a_decoder_is_laid_beside_its_own_tokens(folder: str) -> None:
    def loss(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(output.reshape(-1, 9), target.reshape(-1))

    def source(tokens: torch.Tensor) -> torch.Tensor:
        return torch.randint(1, 9, (8, 10))

    assert set(_shifts(folder, lambda model, tokens: model(source(tokens), tokens[:, 1:]), lambda tokens: tokens[:, 1:], loss)) == {0}
    assert set(_shifts(folder, lambda model, tokens: model(source(tokens), tokens[:, :-1]), lambda tokens: tokens[:, 1:], loss)) == {1}
    assert not _shifts(folder, lambda model, tokens: model(source(tokens), source(tokens)), lambda tokens: tokens[:, 1:], loss)


if __name__ == "__main__":
    run_tests(globals())
