"""Tests of what the doctor tells of validations: ``python3 test_validation.py FOLDER``, with the package installed or ``python/src`` on PYTHONPATH."""

from __future__ import annotations

import copy
import json
import os
from typing import Dict, List, Optional, Tuple

import torch
from torch import nn

from _running import run_tests
from training_doctor import TrainingDoctor
from training_doctor._classes import _ClassComparison
from training_doctor._evaluated import _EvaluatedWeights
from training_doctor._sequences import _blank_share, _form_of_evaluation, _overlong_share, _own_tokens


def _classes(trained: List[int], validated: List[Tuple[int, int]]) -> Dict[str, float]:
    comparison = _ClassComparison()
    comparison.add_training((len(trained), 4), torch.tensor(trained))
    targets, answers = (torch.tensor(side) for side in zip(*validated))
    comparison.add_evaluation(nn.functional.one_hot(answers, 4).float(), targets)
    return {metric: value for metric, _, value in comparison.take()}


def test_a_class_that_training_should_have_had_is_counted(folder: str) -> None:
    told = _classes([row % 3 for row in range(400)], [(row % 4, row % 4) for row in range(100)])
    assert told == {"validation_unknown_class_fraction": 0.25, "validation_agreement": 1.0, "validation_renamed_agreement": 1.0}, told


def test_a_class_that_is_rare_may_be_missing_by_chance(folder: str) -> None:
    told = _classes([row % 3 for row in range(60)], [(3 if row < 10 else row % 3, 0) for row in range(100)])
    assert told["validation_unknown_class_fraction"] == 0, told


def test_answers_under_other_numbers_are_right_once_renamed(folder: str) -> None:
    told = _classes([row % 4 for row in range(400)], [(row % 4, (row + 1) % 4) for row in range(100)])
    assert (told["validation_agreement"], told["validation_renamed_agreement"]) == (0.0, 1.0), told


def _told_of_a_function(folder: str, name: str, told: List[int], left_out: int = -1, heard: Optional[List[int]] = None) -> Dict[str, float]:
    """
    Trains, and returns what is told of the validations: their classes are numbered by ``told`` where the program tells them, and by ``heard`` where the loss is a module that hears them; it is a function
    without ``heard``.
    """
    generator = torch.Generator().manual_seed(5)
    centers = torch.eye(4) * 6
    labels = torch.randint(4, (400,), generator=generator)
    inputs = centers[labels] + torch.randn(400, 4, generator=generator)
    model, criterion, path = nn.Linear(4, 4), nn.CrossEntropyLoss(), os.path.join(folder, name)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    kept = labels[:300] != left_out
    with TrainingDoctor.attach(model, optimizer=optimizer, loss=nn.functional.cross_entropy if heard is None else criterion, record_to=path) as doctor:
        for _ in range(3):
            for rows in torch.arange(300)[kept].split(30):
                optimizer.zero_grad()
                output = model(inputs[rows])
                value = (nn.functional.cross_entropy if heard is None else criterion)(output, labels[rows])
                value.backward()
                optimizer.step()
                doctor.step(value, labels[rows])
            with torch.no_grad():
                output = model(inputs[300:])
                if heard is not None:
                    criterion(output, torch.tensor(heard)[labels[300:]])
                doctor.evaluate(output, torch.tensor(told)[labels[300:]])
            doctor.validation(loss=0.5)
        assert doctor.faults == {}, doctor.faults
    with open(path, encoding="utf-8") as lines:
        return {metric: value for line in lines for metric, _, value in json.loads(line).get("m", []) if metric.startswith("validation_")}


def test_classes_are_compared_where_the_loss_is_a_function(folder: str) -> None:
    sound = _told_of_a_function(folder, "sound.jsonl", [0, 1, 2, 3])
    assert sound["validation_unknown_class_fraction"] == 0 and sound["validation_renamed_agreement"] == sound["validation_agreement"] > 0.9, sound
    renamed = _told_of_a_function(folder, "renamed.jsonl", [1, 2, 3, 0])
    assert renamed["validation_agreement"] < 0.1 and renamed["validation_renamed_agreement"] > 0.9, renamed
    missing = _told_of_a_function(folder, "missing.jsonl", [0, 1, 2, 3], left_out=3)
    assert missing["validation_unknown_class_fraction"] > 0.15, missing


def test_what_is_heard_of_a_module_is_not_told_twice(folder: str) -> None:
    assert _told_of_a_function(folder, "heard.jsonl", [1, 2, 3, 0], heard=[0, 1, 2, 3])["validation_agreement"] > 0.9


class _Averaging(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(4, 2)
        self.average = copy.deepcopy(self.net).requires_grad_(False)


@torch.no_grad()
def test_an_average_within_is_found_and_followed(folder: str) -> None:
    for decay, expected in ((1.0, 0.0), (0.5, 0.5), (0.1, 0.9)):
        model = _Averaging()
        weights = _EvaluatedWeights(model, torch.optim.SGD(model.net.parameters(), 0.1))
        assert [(end is model.average, is_copy) for end, is_copy in weights.ends] == [(False, False), (True, True)]
        for trained, average in zip(model.net.parameters(), model.average.parameters()):
            trained.add_(1)
            average.mul_(decay).add_(trained * (1 - decay))
        weights.on_end(True)
        told = weights.take(1)
        assert told is not None and abs(told - expected) < 1e-5, told
        weights.on_end(True)
        weights.on_end(False)
        assert weights.take(1) is None


@torch.no_grad()
def test_values_that_are_exchanged_for_the_evaluation_are_seen(folder: str) -> None:
    model = nn.Linear(4, 2)
    weights = _EvaluatedWeights(model, None)
    model.weight.add_(0.25)
    weights.on_model(1)
    model.weight.add_(0.75)
    told = weights.take(1)
    assert told is not None and abs(told - 0.25) < 1e-5, told
    assert weights.take(1) is None
    weights.on_model(1)
    model.weight.add_(0.75)
    assert weights.take(2) is None, "steps of training have followed since"


def test_outputs_of_an_evaluation_have_a_form(folder: str) -> None:
    logits = torch.randn(8, 3, generator=torch.Generator().manual_seed(1)) * 3
    forms = [_form_of_evaluation(output) for output in (logits, logits.softmax(1), logits.log_softmax(1), logits[:, :1].sigmoid())]
    assert forms == [0, 1, 2, 3], forms


def test_a_target_needs_a_place_for_each_token_and_for_each_blank(folder: str) -> None:
    for tokens, share in (([1, 2, 3], 0.0), ([1, 1, 3], 1.0), ([1, 2, 3, 4], 1.0)):
        for targets, places, lengths in ((torch.tensor([tokens]), torch.tensor([3]), torch.tensor([len(tokens)])), (torch.tensor(tokens), (3,), (len(tokens),))):
            own = _own_tokens(targets, lengths)
            assert own is not None and _overlong_share(own, places) == share, tokens


def test_what_fills_rows_up_asks_for_no_blank(folder: str) -> None:
    rows = torch.tensor([[1, 0, 2, 0], [3, 3, 0, 0]])
    for lengths, blank, share in (((3, 2), 0, 0.2), ((1, 2), 0, 0.0), ((4, 4), 0, 0.5), ((3, 2), 4, 0.0), ((0, 0), 0, 0.0)):
        own = _own_tokens(rows, torch.tensor(lengths))
        assert own is not None and _blank_share(own, blank) == share, lengths
    assert _own_tokens(rows, (5, 5)) is None and _own_tokens(rows.float(), (2, 2)) is None


def test_a_loss_tells_its_blank(folder: str) -> None:
    path = os.path.join(folder, "blank.jsonl")
    for blank, expected in ((0, 0.25), (5, 0.0)):
        model = nn.Linear(4, 6)
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        criterion = nn.CTCLoss(blank=blank)
        doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to=path)
        for _ in range(3):
            optimizer.zero_grad()
            loss = criterion(model(torch.randn(9, 2, 4)).log_softmax(2), torch.tensor([[1, 0], [2, 3]]), torch.tensor([9, 9]), torch.tensor([2, 2]))
            loss.backward()
            optimizer.step()
            doctor.step(loss)
        doctor.complete()
        assert doctor.faults == {}
        with open(path, encoding="utf-8") as lines:
            told = [value for line in lines for name, _, value in json.loads(line).get("m", []) if name == "target_blank_fraction"]
        assert told and set(told) == {expected}, told


def test_a_divergence_tells_what_its_targets_are(folder: str) -> None:
    path = os.path.join(folder, "divergence.jsonl")
    for loss, expected in ((nn.KLDivLoss(reduction="batchmean", log_target=True), True), (nn.KLDivLoss(reduction="batchmean"), False), (nn.MSELoss(), None)):
        TrainingDoctor.attach(nn.Linear(2, 2), loss=loss, record_to=path).complete()
        with open(path, encoding="utf-8") as lines:
            assert json.loads(next(lines))["run"]["loss"].get("takesLogTargets") is expected


def _scores_told(folder: str, **scores: float) -> Dict[str, float]:
    path = os.path.join(folder, "scores.jsonl")
    doctor = TrainingDoctor.attach(nn.Linear(2, 1), record_to=path)
    doctor.step(0.5)
    doctor.validation(loss=0.4, epoch=1, **scores)
    doctor.complete()
    scored = ("validation_loss", "validation_accuracy", "validation_error")
    told: Dict[str, float] = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            told.update({name: value for name, _, value in json.loads(line).get("m", []) if name in scored or name.startswith("validation/")})
    return told


def test_a_score_by_its_own_name_is_an_accuracy_or_an_error(folder: str) -> None:
    assert _scores_told(folder, iou=0.7) == {"validation_loss": 0.4, "validation_accuracy": 0.7, "validation/iou": 0.7}
    assert _scores_told(folder, val_mae=3.0)["validation_error"] == 3.0


def test_of_several_scores_the_one_that_says_most_is_told(folder: str) -> None:
    told = _scores_told(folder, top5=0.99, f1=0.6, wer=0.2, rmse=9.0)
    assert (told["validation_accuracy"], told["validation_error"]) == (0.6, 0.2), told


def test_a_score_that_is_told_as_the_accuracy_comes_before_names(folder: str) -> None:
    assert _scores_told(folder, accuracy=0.5, f1=0.9)["validation_accuracy"] == 0.5


def test_a_name_that_nobody_knows_is_kept_and_not_judged(folder: str) -> None:
    told = _scores_told(folder, covered=0.9)
    assert told == {"validation_loss": 0.4, "validation/covered": 0.9}, told


if __name__ == "__main__":
    run_tests(globals())
