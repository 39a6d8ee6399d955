"""Tests of trials that need no test framework: ``python3 test_trial.py FOLDER``, with the package installed or ``python/src`` on PYTHONPATH."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import threading
from typing import Any, Dict, Iterator, List, Optional

import torch
from torch import nn

from _running import run_tests
from training_doctor import TrainingDoctor


class Training:
    """A training as somebody would write it, step by step."""

    def __init__(self, optimizer: str = "SGD", lr: float = 0.1, frozen: bool = False, loss: Optional[nn.Module] = None, **more: Any) -> None:
        torch.manual_seed(1)
        self.first = nn.Linear(6, 8)
        self.model = nn.Sequential()
        for name, layer in (("first", self.first), ("relu", nn.ReLU()), ("last", nn.Linear(8, 3))):
            self.model.add_module(name, layer)
        if frozen:
            for parameter in self.first.parameters():
                parameter.requires_grad_(False)
        self.optimizer = getattr(torch.optim, optimizer)([parameter for parameter in self.model.parameters() if parameter.requires_grad], lr=lr, **more)
        self.loss = loss or nn.CrossEntropyLoss()
        self.chance = torch.Generator().manual_seed(2)
        self.clears = self.steps = True
        self.scale = 1.0
        self.one_hot = False

    def step(self, doctor: Any = None) -> float:
        inputs = torch.randn(10, 6, generator=self.chance) * self.scale + (self.scale - 1)
        classes = torch.randint(3, (10,), generator=self.chance)
        targets = nn.functional.one_hot(classes, 3).float() if self.one_hot else classes
        if self.clears:
            self.optimizer.zero_grad()
        loss = self.loss(self.model(inputs), targets)
        loss.backward()
        if self.steps:
            self.optimizer.step()
        if doctor is not None:
            doctor.step(loss, targets)
        return float(loss)

    def gradient_norm(self) -> float:
        return float(sum(parameter.grad.square().sum() for parameter in self.model.parameters() if parameter.grad is not None)) ** 0.5

    def weights(self) -> torch.Tensor:
        return torch.cat([parameter.detach().flatten() for parameter in self.model.parameters()]).clone()


@contextlib.contextmanager
def treated(folder: str, training: Training, *actions: Dict[str, Any], **options: Any) -> Iterator[TrainingDoctor]:
    plan = os.path.join(folder, "plan.json")
    pathlib.Path(plan).write_text(json.dumps({"version": 1, "trial": "t03", "actions": list(actions)}), encoding="utf-8")
    os.environ["TRAINDOCTOR_TRIAL"] = plan
    try:
        doctor = TrainingDoctor.attach(training.model, **{"optimizer": training.optimizer, "loss": training.loss, "record_to": os.path.join(folder, "run.jsonl"), **options})
    finally:
        del os.environ["TRAINDOCTOR_TRIAL"]
    with doctor:
        yield doctor
        assert not doctor.faults, doctor.faults


def answer(folder: str) -> Dict[str, Any]:
    told: Dict[str, Any] = json.loads(pathlib.Path(folder, "plan.json.applied.json").read_text(encoding="utf-8"))
    assert told["version"] == 1 and told["monitor"] == "python" and told["trial"] == "t03", told
    return told


def texts(folder: str) -> str:
    return "\n".join(item["text"] for item in answer(folder)["applied"])


def recorded_rates(folder: str) -> List[float]:
    lines = [json.loads(line) for line in pathlib.Path(folder, "run.jsonl").read_text(encoding="utf-8").splitlines()]
    return [value for line in lines for metric, _, value in line.get("m", []) if metric == "learning_rate"]


def test_a_rate_is_scaled_whatever_the_schedule(folder: str) -> None:
    training = Training()
    schedule = torch.optim.lr_scheduler.ExponentialLR(training.optimizer, 0.5)
    with treated(folder, training, {"kind": "scale-learning-rate", "factor": 0.1}) as doctor:
        for _ in range(3):
            training.step(doctor)
            schedule.step()
    assert [round(rate, 9) for rate in recorded_rates(folder)] == [0.01, 0.005, 0.0025]
    assert "learning rate 0.1 -> 0.01" in texts(folder) and answer(folder)["skipped"] == []
    assert training.optimizer.param_groups[0]["lr"] == 0.0125, "the program goes on seeing its own rate"


def test_a_treated_rate_is_the_rate_of_the_step(folder: str) -> None:
    training, twin = Training(), Training(lr=0.01)
    with treated(folder, training, {"kind": "scale-learning-rate", "factor": 0.1}) as doctor:
        for _ in range(3):
            training.step(doctor)
            twin.step()
    assert torch.equal(training.weights(), twin.weights())


def test_a_rate_that_is_set_is_a_ceiling(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "set-learning-rate", "value": 0.02}) as doctor:
        training.step(doctor)
        training.optimizer.param_groups[0]["lr"] = 0.005
        training.step(doctor)
    assert recorded_rates(folder) == [0.02, 0.005]


def test_a_rate_below_is_raised(folder: str) -> None:
    training = Training(lr=1e-6)
    with treated(folder, training, {"kind": "set-learning-rate", "value": 0.02}) as doctor:
        training.step(doctor)
    assert abs(recorded_rates(folder)[0] - 0.02) < 1e-12


def test_a_rate_is_warmed_up(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "add-warmup", "steps": 4}, {"kind": "set-learning-rate", "value": 0.2}) as doctor:
        for _ in range(6):
            training.step(doctor)
    assert [round(rate, 9) for rate in recorded_rates(folder)] == [0.05, 0.1, 0.15, 0.2, 0.2, 0.2]
    assert "0.05 up to 0.2 within 4 steps" in texts(folder)


def test_gradients_are_clipped(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "clip-gradient-norm", "maxNorm": 0.01}) as doctor:
        assert answer(folder)["applied"] == []
        training.step(doctor)
        assert 1e-4 < training.gradient_norm() < 0.0100001
    assert "gradient norm limited to 0.01" in texts(folder)


def test_gradients_are_clipped_behind_a_closure(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "clip-gradient-norm", "maxNorm": 0.01}) as doctor:
        inputs, targets = torch.randn(10, 6), torch.randint(3, (10,))

        def closure() -> torch.Tensor:
            training.optimizer.zero_grad()
            loss: torch.Tensor = training.loss(training.model(inputs), targets)
            loss.backward()
            return loss

        before = training.weights()
        doctor.step(training.optimizer.step(closure))
        assert (training.weights() - before).norm() <= 0.1 * 0.0100001


def test_layers_are_put_in_and_trained(folder: str) -> None:
    training = Training("Adam", 0.01)
    training.model.double()
    training.scale = 1.0
    inputs = torch.randn(10, 6).double()
    training.model.eval()
    with treated(folder, training, {"kind": "replace-activation", "layers": ["relu"], "to": "LeakyReLU"}, {"kind": "add-normalization"}, {"kind": "add-dropout", "rate": 0.4},
                 {"kind": "reinitialize", "layers": ["first.0"], "scheme": "he"}) as doctor:
        norm = next(module for module in training.model.modules() if isinstance(module, nn.LayerNorm))
        assert norm.weight.dtype == torch.float64
        assert not any(module.training for module in training.model.modules())
        training.model.train()
        for _ in range(2):
            training.optimizer.zero_grad()
            loss = training.loss(training.model(inputs), torch.randint(3, (10,)))
            loss.backward()
            training.optimizer.step()
            doctor.step(loss)
        assert not torch.equal(norm.weight, torch.ones_like(norm.weight))
    assert "relu: ReLU -> LeakyReLU" in texts(folder) and "LayerNorm put behind first" in texts(folder) and "1 dropout layers at 0.4" in texts(folder)
    assert [item["kind"] for item in answer(folder)["applied"]] == ["replace-activation", "add-normalization", "add-dropout", "reinitialize"]


def test_batch_normalisation_gives_way_to_one_that_does_not_depend_on_the_batch(folder: str) -> None:
    training = Training()
    training.model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3))
    training.optimizer = torch.optim.SGD(training.model.parameters(), 0.1)
    inputs = 50 * torch.randn(8, 1, 8, 8)
    with treated(folder, training, {"kind": "remove-normalization", "layers": ["1"]}, {"kind": "add-normalization", "layers": ["1"], "type": "LayerNorm"}, {"kind": "remove-normalization", "layers": ["2"]}):
        assert not any(isinstance(module, nn.BatchNorm2d) for module in training.model.modules())
        norm = next(module for module in training.model.modules() if isinstance(module, nn.GroupNorm))
        assert norm.num_groups == 1 and any(parameter is norm.weight for group in training.optimizer.param_groups for parameter in group["params"])
        assert torch.allclose(training.model(inputs)[:1], training.model(inputs[:1]), atol=1e-4)
    assert "taken out: 1" in texts(folder) and "GroupNorm put behind 0" in texts(folder)
    assert "'2' is no normalisation" in answer(folder)["skipped"][0]["reason"]


def test_running_statistics_follow_faster(folder: str) -> None:
    training = Training()
    training.model = nn.Sequential(nn.BatchNorm1d(3, momentum=0.001), nn.Linear(3, 1))
    training.optimizer = torch.optim.SGD(training.model.parameters(), 0.1)
    with treated(folder, training, {"kind": "add-normalization", "layers": ["0"], "type": "BatchNorm with momentum 0.1"}):
        training.model(10 + torch.randn(64, 3))
    assert abs(float(training.model[0].running_mean.mean()) - 1) < 0.1
    assert "0 0.001 -> 0.1" in texts(folder)


def test_a_recurrent_layer_takes_samples_first(folder: str) -> None:
    training = Training()
    training.model = nn.LSTM(3, 4)
    inputs = torch.randn(5, 7, 3)
    expected = training.model(inputs.transpose(0, 1))[0].transpose(0, 1)
    training.optimizer = torch.optim.SGD(training.model.parameters(), 0.1)
    outer = nn.ModuleDict({"reader": training.model, "head": nn.Linear(4, 2)})
    training.model = outer
    with treated(folder, training, {"kind": "fix-layout", "layers": ["reader"]}, {"kind": "fix-layout", "layers": ["head"]}):
        assert torch.allclose(outer["reader"](inputs)[0], expected, atol=1e-6)
    assert "samples first: reader" in texts(folder)
    assert "'head' is no recurrent" in answer(folder)["skipped"][0]["reason"]


class Ending(nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self.last, self.function = nn.Linear(6, 3), function

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.function(self.last(inputs))


def test_a_function_in_the_lines_of_a_model_is_undone_by_its_inverse(folder: str) -> None:
    for name, function in (("Sigmoid", torch.sigmoid), ("Softmax", lambda x: x.softmax(1)), ("Exponential", torch.exp), ("Tanh", torch.tanh)):
        training = Training()
        training.model = Ending(function)
        training.optimizer = torch.optim.SGD(training.model.parameters(), 0.1)
        inputs = torch.randn(5, 6)
        with treated(folder, training, {"kind": "change-output-activation", "from": name, "to": "Identity"}):
            bare = training.model.last(inputs)
            assert torch.allclose(training.model(inputs), bare.log_softmax(1) if name == "Softmax" else bare, atol=1e-4), name
        assert name + " at the output undone" in texts(folder)
    training = Training()
    training.model = Ending(torch.relu)
    with treated(folder, training, {"kind": "change-output-activation", "from": "ReLU", "to": "Identity"}):
        pass
    assert "not a module of its own" in answer(folder)["skipped"][0]["reason"]


def test_an_objective_of_the_wrong_sign_is_turned_round(folder: str) -> None:
    class Ascent(nn.Module):
        def forward(self, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
            return -(output - target).square().mean()

    for is_module in (True, False):
        training = Training(loss=Ascent())
        training.model = nn.Linear(6, 1)
        training.optimizer = torch.optim.SGD(training.model.parameters(), 0.1)
        inputs = torch.randn(64, 6)
        targets = inputs.sum(1, keepdim=True)
        if not is_module:
            training.loss = None  # type: ignore[assignment]
        with treated(folder, training, {"kind": "change-loss", "to": "the loss with the opposite sign"}) as doctor:
            for _ in range(80):
                training.optimizer.zero_grad()
                output = training.model(inputs)
                loss = training.loss(output, targets) if is_module else -(output - targets).square().mean()
                loss.backward()
                training.optimizer.step()
                doctor.step(loss, targets)
        lines = [json.loads(line) for line in pathlib.Path(folder, "run.jsonl").read_text(encoding="utf-8").splitlines()]
        losses = [number for line in lines if "m" in line for name, scope, number in line["m"] if name == "loss"]
        assert losses[0] > 1 and 0 <= losses[-1] < 1e-3, losses[-1]
        assert "opposite sign" in texts(folder)


def test_answers_of_two_values_become_zero_and_one(folder: str) -> None:
    for no, yes in ((0.0, 255.0), (-1.0, 1.0)):
        training = Training(loss=nn.BCEWithLogitsLoss())
        marks = torch.tensor([[0.0], [1.0], [0.0], [0.0], [1.0], [0.0], [0.0], [1.0]])
        output = torch.randn(8, 1)
        with treated(folder, training, {"kind": "clean-data"}):
            told = training.loss(output, marks * (yes - no) + no)
        assert abs(float(told) - float(nn.functional.binary_cross_entropy_with_logits(output, marks))) < 1e-5
        assert "two values brought to 0 and 1" in texts(folder)
    training = Training(loss=nn.MSELoss())
    with treated(folder, training, {"kind": "clean-data"}):
        assert float(training.loss(torch.zeros(2, 1), torch.tensor([[-1.5], [2.5]]))) == (1.5 ** 2 + 2.5 ** 2) / 2


def test_what_has_no_place_is_skipped_whole(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "replace-activation", "layers": ["relu", "nowhere"], "to": "ELU"}, {"kind": "change-batch-size", "value": 8}, {"kind": "scale-learning-rate"}):
        assert isinstance(training.model.relu, nn.ReLU)
    skipped = answer(folder)["skipped"]
    assert [item["kind"] for item in skipped] == ["replace-activation", "change-batch-size", "scale-learning-rate"]
    assert "nowhere" in skipped[0]["reason"] and "factor" in skipped[2]["reason"]


def test_another_optimizer_steps(folder: str) -> None:
    training, twin = Training("SGD", 1e3), Training("Adam", 0.01)
    with treated(folder, training, {"kind": "change-optimizer", "to": "Adam", "value": 0.01}) as doctor:
        for _ in range(3):
            training.step(doctor)
            twin.step()
    assert torch.equal(training.weights(), twin.weights())
    assert "SGD -> Adam at 0.01" in texts(folder)


def test_frozen_weights_are_trained_and_decay(folder: str) -> None:
    training = Training(frozen=True)
    with treated(folder, training, {"kind": "unfreeze"}, {"kind": "add-weight-decay", "value": 0.5}) as doctor:
        before = training.first.weight.detach().clone()
        training.step(doctor)
        assert not torch.equal(before, training.first.weight)
    assert "2 parameters unfrozen, and 2 given" in texts(folder) and "weight decay 0.5 beside" in texts(folder)


def test_gradients_are_cleared_and_a_forgotten_step_is_taken(folder: str) -> None:
    training = Training()
    training.clears = training.steps = False
    with treated(folder, training, {"kind": "zero-gradients"}, {"kind": "step-optimizer"}) as doctor:
        before = training.weights()
        training.step(doctor)
        assert not torch.equal(before, training.weights())
        assert training.gradient_norm() == 0


def test_the_loss_is_replaced(folder: str) -> None:
    training, twin = Training(loss=nn.MSELoss()), Training()
    training.one_hot = True
    with treated(folder, training, {"kind": "change-loss", "to": "CrossEntropyLoss"}) as doctor:
        assert abs(training.step(doctor) - twin.step()) < 1e-6
    head = json.loads(pathlib.Path(folder, "run.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert head["run"]["loss"]["typeName"] == "CrossEntropyLoss"


def test_inputs_are_scaled_and_modes_follow(folder: str) -> None:
    training = Training()
    training.scale = 1000.0
    training.model.eval()
    seen: List[torch.Tensor] = []
    with treated(folder, training, {"kind": "scale-inputs", "method": "standardize"}, {"kind": "set-evaluation-mode"}) as doctor:
        training.first.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].detach()))
        training.step(doctor)
        assert training.model.training
        with torch.no_grad():
            training.model(torch.zeros(2, 6))
        assert not training.model.training
    assert seen[0].mean(0).abs().max() < 1e-4 and abs(float(seen[0].std(0, unbiased=False).mean()) - 1) < 1e-4
    assert "inputs brought to mean 0" in texts(folder) and "evaluation mode otherwise" in texts(folder)


def test_rare_classes_weigh_more_in_the_gradient_and_not_in_the_loss(folder: str) -> None:
    training = Training()
    target = torch.tensor([0] * 9 + [1])
    with treated(folder, training, {"kind": "balance-classes"}) as doctor:
        output = training.model(torch.ones(10, 6))
        loss = training.loss(output, target)
        loss.backward()
        share = output.softmax(1)[0]
        doctor.step(loss, target)
    # Nine times (p - 1) at 5/9 and once p at 5, over ten samples.
    expected = (9 * (float(share[0]) - 1) * 5 / 9 + float(share[0]) * 5) / 10
    assert abs(float(training.model[2].bias.grad[0]) - expected) < 1e-5, (training.model[2].bias.grad, expected)
    assert abs(float(loss) - float(nn.functional.cross_entropy(output, target))) < 1e-6
    assert "weighted in the gradient" in texts(folder)
    first = json.loads(pathlib.Path(folder, "run.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["run"]["loss"]["hasClassWeights"] is True, first


def test_targets_are_scaled_in_the_gradient_and_answers_turned_back(folder: str) -> None:
    torch.manual_seed(1)
    training = Training(loss=nn.MSELoss())
    training.model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    training.optimizer = torch.optim.SGD(training.model.parameters(), lr=0.2)
    inputs = torch.linspace(-1, 1, 64).unsqueeze(1)
    target = inputs * 500 + 3000
    with treated(folder, training, {"kind": "scale-inputs", "method": "standardize-targets"}, task="regression") as doctor:
        for _ in range(300):
            training.optimizer.zero_grad()
            loss = training.loss(training.model(inputs), target)
            loss.backward()
            training.optimizer.step()
            doctor.step(loss, target)
        assert float(loss) < 0.05 * 500 * 500, loss
        with torch.no_grad():
            assert abs(float(training.model(inputs).mean()) - 3000) < 50
    assert "the model answers on the scale of the targets" in texts(folder)


def test_samples_are_repaired_on_their_way_in(folder: str) -> None:
    training = Training()
    seen: List[torch.Tensor] = []
    batch = torch.arange(60.0).reshape(10, 6) / 60
    batch[0, 0], batch[9, 5] = float("nan"), 1e9
    with treated(folder, training, {"kind": "clean-data"}) as doctor:
        training.first.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].detach()))
        training.model(batch)
        assert not doctor.faults
    assert bool(torch.isfinite(seen[0]).all()) and float(seen[0].max()) < 20.0
    assert abs(float(seen[0][0, 0]) - float(batch[1:, 0].mean())) < 1e-6
    assert "values that are not finite replaced" in texts(folder)


def test_a_repair_of_nothing_is_told(folder: str) -> None:
    training = Training()
    with treated(folder, training, {"kind": "clean-data"}) as doctor:
        for _ in range(50):
            training.step(doctor)
    assert "nothing to repair" in answer(folder)["skipped"][0]["reason"]


def test_a_trial_stands_still_where_it_is_asked_to(folder: str) -> None:
    pace = pathlib.Path(folder, "plan.json.pace")
    pace.write_text("3", encoding="ascii")
    training = Training()
    with treated(folder, training) as doctor:
        for _ in range(3):
            training.step(doctor)
        waiting = threading.Thread(target=training.step, args=(doctor,), daemon=True)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        lines = pathlib.Path(folder, "run.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[-1])["step"] == 3
        pace.unlink()
        waiting.join(20)
        assert not waiting.is_alive()
        training.step(doctor)


def test_a_bad_plan_ends_the_process(folder: str) -> None:
    program = "import torch; from training_doctor import TrainingDoctor; TrainingDoctor.attach(torch.nn.Linear(1, 1), record_to='run.jsonl'); print('trained untreated')"
    for text, told in (("{", "no valid JSON"), ('{"version": 2, "actions": []}', "version 2"), ('{"version": 1}', "'actions'"), ('{"version": 1, "actions": [7]}', "actions[0]"), (None, "cannot be read")):
        plan = pathlib.Path(folder, "bad.json")
        plan.write_text(text, encoding="utf-8") if text is not None else plan.unlink()
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, env={**os.environ, "TRAINDOCTOR_TRIAL": str(plan)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        lines = [line for line in done.stderr.splitlines() if line.startswith("traindoctor: ")]
        assert done.returncode == 86 and "trained" not in done.stdout, (done.returncode, done.stderr)
        assert len(lines) == 1 and "bad.json" in lines[0] and told in lines[0], lines


def test_runs_are_recorded_into_the_folder_of_the_environment(folder: str) -> None:
    recordings = os.path.join(folder, "made", "here")
    os.environ["TRAINDOCTOR_RECORD"] = recordings
    try:
        for number in range(3):
            training = Training()
            with TrainingDoctor.attach(training.model, record_to=os.path.join(folder, "own.jsonl"), name="a/b") as doctor:
                training.step(doctor)
    finally:
        del os.environ["TRAINDOCTOR_RECORD"]
    process = os.getpid()
    assert sorted(os.listdir(recordings)) == sorted(["a-b.jsonl", "a-b-{}.jsonl".format(process), "a-b-{}-2.jsonl".format(process)])
    for name in os.listdir(recordings):
        assert pathlib.Path(recordings, name).read_text(encoding="utf-8").endswith('{"complete":true}\n')


def test_a_folder_that_cannot_be_written_is_told_and_training_goes_on(folder: str) -> None:
    pathlib.Path(folder, "file").write_text("", encoding="utf-8")
    program = "import torch; from training_doctor import TrainingDoctor; d = TrainingDoctor.attach(torch.nn.Linear(1, 1), record_to='run.jsonl'); d.step(1.0); d.complete(); print('trained')"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, env={**os.environ, "TRAINDOCTOR_RECORD": os.path.join(folder, "file", "folder")}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
    assert done.returncode == 0 and "trained" in done.stdout
    assert len([line for line in done.stderr.splitlines() if "TRAINDOCTOR_RECORD" in line]) == 1


if __name__ == "__main__":
    run_tests(globals())
