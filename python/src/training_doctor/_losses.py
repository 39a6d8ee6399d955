"""Which loss a number is, seen from outputs and targets."""

from __future__ import annotations

import math
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._tables import (
    _LOSS_RECOGNITION_COARSE_TOLERANCE, _LOSS_RECOGNITION_MOST_BROADCAST, _LOSS_RECOGNITION_MOST_ELEMENTS, _LOSS_RECOGNITION_PARTS,
    _LOSS_RECOGNITION_TOLERANCE)


class _Candidate(NamedTuple):
    """A loss that a program may compute: its mean over so many elements of so many samples."""

    kind: str
    mean: float
    count: int
    samples: int
    activated: bool = False

    def factors(self, reduction: int) -> Sequence[float]:
        """What the mean is multiplied by in a reduction: 0 a mean, 1 a sum, 2 a sum per sample, 3 a part of the mean, -1 the mean with the opposite sign."""
        if reduction == 0:
            return (1.0,)
        if reduction == 1:
            return (float(self.count),) if self.count > 1 else ()
        if reduction == 2:
            return (self.count / self.samples,) if self.count > self.samples > 1 else ()
        return (-1.0,) if reduction == -1 else _LOSS_RECOGNITION_PARTS


class _Recognized(NamedTuple):
    """What a loss was recognised as; without a kind where no loss gives the number."""

    kind: Optional[str]
    reduction: int = 0
    activated: bool = False
    broadcast: Optional[bool] = None
    regrouped: bool = False
    remainder: Optional[float] = None
    ignored: Optional[int] = None


class _LossRecognition:
    """Finds out which loss a program computes by functions of its own: the usual ones are tried on output and target, and one of them gives the very number that was told."""


    @classmethod
    def recognize(cls, output: Tensor, target: Tensor, loss: float, ignored: Optional[int], padding: Optional[int]) -> Optional[_Recognized]:
        """None where the two are of no form that is compared.

        :param ignored: The class index that the loss is known to leave out.
        :param padding: The class index that fills rows up, which a loss may leave out.
        """
        if (not math.isfinite(loss) or abs(loss) < 1e-12 or not output.is_floating_point() or output.dim() == 0 or not 0 < output.numel() <= _LOSS_RECOGNITION_MOST_ELEMENTS
                or not 0 < target.numel() <= _LOSS_RECOGNITION_MOST_ELEMENTS or target.is_complex()):
            return None
        tolerance = _LOSS_RECOGNITION_TOLERANCE if output.dtype in (torch.float32, torch.float64) else _LOSS_RECOGNITION_COARSE_TOLERANCE
        o, t = output.detach().cpu().double(), target.detach().cpu()
        if t.is_floating_point():
            return cls._of_numbers(o, t.double(), loss, tolerance)
        return cls._of_classes(o, t.long(), loss, tolerance, ignored, padding)

    @classmethod
    def _of_classes(cls, o: Tensor, t: Tensor, loss: float, tolerance: float, ignored: Optional[int], padding: Optional[int]) -> Optional[_Recognized]:
        layouts = list(cls._layouts(o, t))
        if not layouts:
            paths = cls._of_paths(o, t)
            if paths:
                return cls._match(paths, loss, tolerance) or _Recognized(None)
            return cls._of_numbers(o, t.double(), loss, tolerance) if o.numel() == t.numel() else None
        labels = t.reshape(-1)
        for left in dict.fromkeys((ignored, padding)):
            for rows, regrouped in layouts:
                found = cls._match(cls._class_losses(rows, labels, ignored if left is None else left), loss, tolerance)
                if found is not None:
                    return found._replace(regrouped=regrouped, ignored=left)
        # A penalty that the program adds leaves a cross entropy and something above it.
        explained = next((candidate.mean for candidate in cls._class_losses(layouts[0][0], labels, ignored) if candidate.kind == "CrossEntropy" and not candidate.activated), 0.0)
        return _Recognized(None, remainder=1 - explained / loss if 0 < explained < loss else None)

    @staticmethod
    def _of_paths(o: Tensor, t: Tensor) -> List[_Candidate]:
        """Connectionist temporal classification of (places, samples, classes) and the letters of each sample, filled up by the blank or not at all."""
        if o.dim() != 3 or t.dim() != 2 or o.shape[1] != t.shape[0] or o.shape[0] < t.shape[1] or int(t.min()) < 0 or int(t.max()) >= o.shape[2]:
            return []
        places, letters = torch.full((t.shape[0],), o.shape[0]), (t != 0).sum(1)
        return [_Candidate("ConnectionistTemporalClassification", float(torch.nn.functional.ctc_loss(o, t, places, letters, reduction=reduction)), 1, 1) for reduction in ("mean", "sum")]

    @staticmethod
    def _layouts(o: Tensor, t: Tensor) -> Iterator[Tuple[Tensor, bool]]:
        """The ways to read an output as rows of classes, the proper ones first; and whether axes were mixed up in one."""
        shape, places = tuple(o.shape), tuple(t.shape)
        if len(shape) == len(places) + 1 and len(shape) > 1 and shape[1] > 1 and places == shape[:1] + shape[2:]:
            yield (o if len(shape) == 2 else o.movedim(1, -1).reshape(-1, shape[1])), False
        if len(shape) > 1 and shape[-1] > 1 and (len(shape) > 2 or len(places) != 1) and o.numel() // shape[-1] == t.numel():
            yield o.reshape(-1, shape[-1]), False
        if len(shape) == 3 and len(places) == 2 and places == shape[:2] and shape[1] != shape[2]:
            yield o.reshape(shape[0], shape[2], shape[1]).movedim(1, -1).reshape(-1, shape[2]), True

    @staticmethod
    def _class_losses(rows: Tensor, labels: Tensor, ignored: Optional[int]) -> List[_Candidate]:
        counts = (labels >= 0) & (labels < rows.shape[1])
        if ignored is not None:
            counts &= labels != ignored
        kept = counts.nonzero().reshape(-1)
        count = kept.numel()
        if count == 0:
            return []
        x, y = (rows, labels) if count == labels.numel() else (rows[kept], labels[kept])
        y = y.reshape(-1, 1)
        logarithms = x.log_softmax(1)
        probabilities = logarithms.exp()
        means = torch.stack([-x.gather(1, y), -logarithms.gather(1, y), -probabilities.gather(1, y), -probabilities.log_softmax(1).gather(1, y)]).mean((1, 2)).tolist()
        return [_Candidate("NegativeLogLikelihood", means[0], count, count), _Candidate("CrossEntropy", means[1], count, count), _Candidate("Other", means[2], count, count),
                _Candidate("CrossEntropy", means[3], count, count, True)]

    @classmethod
    def _of_numbers(cls, o: Tensor, t: Tensor, loss: float, tolerance: float) -> Optional[_Recognized]:
        if o.numel() != t.numel():
            return None
        aligned = cls._match(cls._number_losses(o, t.reshape(o.shape)), loss, tolerance)
        if o.shape == t.shape:
            return aligned or _Recognized(None)
        if aligned is not None:
            return aligned._replace(broadcast=False)
        crosses = (o.dim(), t.dim()) in ((2, 1), (1, 2)) and 1 < o.numel() <= _LOSS_RECOGNITION_MOST_BROADCAST and (o.dim() == 1 or o.shape[1] == 1) and (t.dim() == 1 or t.shape[1] == 1)
        crossed = cls._match(cls._errors(o - t), loss, tolerance) if crosses else None
        return _Recognized(None) if crossed is None else crossed._replace(broadcast=True)

    @classmethod
    def _number_losses(cls, o: Tensor, t: Tensor) -> List[_Candidate]:
        count, samples = o.numel(), o.shape[0]
        low, high, lowest_target = float(o.min()), float(o.max()), float(t.min())
        product = t * o
        sigmoid = o.sigmoid()
        losses = cls._errors(o - t)
        losses.append(_Candidate("BinaryCrossEntropyWithLogits", float((torch.nn.functional.softplus(o) - product).mean()), count, samples))
        losses.append(_Candidate("BinaryCrossEntropyWithLogits", float((torch.nn.functional.softplus(sigmoid) - t * sigmoid).mean()), count, samples, True))
        if low >= 0 and high <= 1:
            losses.append(_Candidate("BinaryCrossEntropy", -float((t * o.log().clamp(min=-100) + (1 - t) * (1 - o).log().clamp(min=-100)).mean()), count, samples))
        losses.append(_Candidate("Margin", float((1 - product).clamp(min=0).mean()), count, samples))
        losses.append(_Candidate("Margin", float(torch.nn.functional.softplus(-product).mean()), count, samples))
        losses.append(_Candidate("PoissonNegativeLogLikelihood", float((o.exp() - product).mean()), count, samples))
        if o.dim() > 1 and o.shape[1] > 1:
            logarithms = o.log_softmax(1)
            losses.append(_Candidate("CrossEntropy", -float((logarithms * t).sum(1).mean()), samples, samples))
            losses.append(_Candidate("CrossEntropy", -float((logarithms.exp().log_softmax(1) * t).sum(1).mean()), samples, samples, True))
            if lowest_target >= 0:
                losses.append(_Candidate("KullbackLeibler", float((torch.xlogy(t, t) - product).mean()), count, samples))
        return losses

    @staticmethod
    def _errors(difference: Tensor) -> List[_Candidate]:
        size = difference.abs()
        squares = size * size
        count, samples = difference.numel(), difference.shape[0]
        return [_Candidate("MeanSquaredError", float(squares.mean()), count, samples), _Candidate("MeanAbsoluteError", float(size.mean()), count, samples),
                _Candidate("Huber", float(torch.where(size < 1, squares / 2, size - 0.5).mean()), count, samples)]

    @staticmethod
    def _match(candidates: Sequence[_Candidate], loss: float, tolerance: float) -> Optional[_Recognized]:
        for reduction in (0, 1, 2, -1, 3):
            for candidate in candidates:
                if any(abs(loss - factor * candidate.mean) <= tolerance * abs(loss) for factor in candidate.factors(reduction)):
                    return _Recognized(candidate.kind, reduction, candidate.activated)
        return None
