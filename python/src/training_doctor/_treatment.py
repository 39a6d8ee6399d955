"""Changes to a training that is under way: those of a trial's plan that need none of the program's own lines."""

from __future__ import annotations

import contextlib
import functools
import types
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import torch
from torch import Tensor, nn

from ._balance import _ClassWeights, _TargetRange, _TargetScale, _repaired, _with_gradient
from ._replacements import (_Misfit, _activation, _add_dropout, _add_normalization, _change_output, _dropout_rates, _inverse, _loss, _redraw, _register, _remove_normalization, _replace,
                            _samples_first, _set_momentum, _substitute)
from ._scaling import _RunningScale
from ._trial import _Answer, _StandStill


_MOMENTUM = "BatchNorm with momentum "
"""What the type of a normalisation begins with that is there already, and only gets another momentum."""


class _Treatment:
    """
    Applies a plan, and keeps it in force. Learning rates are put in place for the optimizer's step only: the program and its schedules go on seeing their own. The optimizer's ``step`` is wrapped, which is
    also where gradients are complete: no call of the program's is needed.
    """

    def __init__(self, model: nn.Module, optimizer: Any, loss: Any, plan: Dict[str, Any], answer: _Answer, stand_still: _StandStill) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.rate: Optional[float] = None
        """The learning rate of the last step, as it was applied; None before the first."""
        self._answer = answer
        self._stand_still = stand_still
        self._handles: List[Any] = []
        self._rates: List[Callable[[float, int], float]] = []
        self._before: List[Callable[[], None]] = []
        self._own: Any = None
        self._own_start: List[float] = []
        self._program_start: float = 0.0
        self._clears = self._steps_itself = False
        self._stepped = False
        self._convert: List[Callable[[Tensor], Optional[Tensor]]] = []
        self._step = 0
        self._late: Dict[int, str] = {}
        self._late_by_steps: Dict[int, Tuple[int, str]] = {}
        self._targets: Optional[_TargetScale] = None
        self.weighs_classes = False
        self.sign = 1.0
        """What a loss that the program tells is to be multiplied by: -1 where its sign is wrong."""
        before = {id(parameter) for parameter in model.parameters()}
        # Rates last, since another optimizer comes with one of its own; and the warm-up behind what it leads up to.
        turns = {"set-learning-rate": 1, "scale-learning-rate": 1, "add-warmup": 2}
        order = sorted(range(len(plan["actions"])), key=lambda i: turns.get(plan["actions"][i]["kind"], 0))
        for index in order:
            self._apply(index, plan["actions"][index])
        if optimizer is not None:
            self._hold([parameter for parameter in model.parameters() if id(parameter) not in before])
            self._wrap_step()
        answer.write()

    # ---- what the doctor calls

    def end_update(self) -> None:
        """After the optimizer's step, before it is measured."""
        if self._steps_itself and not self._stepped:
            self.optimizer.step()
        self._stepped = False

    def end_step(self) -> None:
        """After the step was measured."""
        self._step += 1
        if self._clears:
            self.model.zero_grad()
        over = {index: reason for index, (steps, reason) in self._late_by_steps.items() if self._step >= steps}
        if self._step == 2:
            over.update(self._late)
            self._late.clear()
        for index, reason in over.items():
            self._late_by_steps.pop(index, None)
            self._answer.skip(index, reason)
        if over:
            self._answer.write()

    def pause(self, prepare: Callable[[], None]) -> None:
        """Between two steps, without any lock: stands still where the trial is to be compared with others first.

        :param prepare: What is to be done before: whoever compares reads what was recorded.
        """
        self._stand_still.after(self._step - 1, prepare)

    def converted(self, targets: Any) -> Any:
        """A target as the loss is given it."""
        for conversion in self._convert:
            changed = conversion(targets) if isinstance(targets, Tensor) else None
            targets = targets if changed is None else changed
        if self._targets is not None and isinstance(targets, Tensor) and targets.is_floating_point():
            self._targets.take(targets)
            return self._targets.scaled(targets)
        return targets

    def rate_of(self, rate: float) -> float:
        """What becomes of a rate that the program has set."""
        for change in self._rates:
            rate = change(rate, self._step)
        return rate

    @contextlib.contextmanager
    def rates_in_place(self) -> Iterator[None]:
        groups = [] if self._own is not None else self.optimizer.param_groups
        kept = [group["lr"] for group in groups]
        try:
            for group in groups:
                group["lr"] = self.rate_of(group["lr"])
            yield
        finally:
            for group, rate in zip(groups, kept):
                group["lr"] = rate

    @property
    def counting_optimizer(self) -> Any:
        """The optimizer whose steps count."""
        return self._own if self._own is not None else self.optimizer

    def close(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    # ---- applying

    def _apply(self, index: int, action: Dict[str, Any]) -> None:
        tree = [(parent, name, child) for parent in self.model.modules() for name, child in list(parent._modules.items())]
        try:
            method = getattr(self, "_" + action["kind"].replace("-", "_"), None)
            if method is None:
                raise _Misfit("it needs a change of the program itself.")
            text = method(index, action)
            if text is not None:
                self._answer.apply(index, text)
        except Exception as error:  # noqa: BLE001: a change that does not fit is left out, whatever it throws, and says so.
            for parent, name, child in tree:
                parent._modules[name] = child
            self._answer.skip(index, str(error).split("\n")[0] or type(error).__name__)

    def _needs_optimizer(self) -> Any:
        if self.optimizer is None:
            raise _Misfit("the doctor is not given the optimizer.")
        return self._own if self._own is not None else self.optimizer

    def _needs_loss(self) -> nn.Module:
        if not isinstance(self.loss, nn.Module):
            raise _Misfit("the doctor is not given the loss as a module.")
        return self.loss

    def _hold(self, parameters: List[Any]) -> int:
        optimizer = self._needs_optimizer()
        held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
        missing = [parameter for parameter in parameters if id(parameter) not in held]
        optimizer.param_groups[0]["params"].extend(missing)
        return len(missing)

    def _rate_text(self, change: Callable[[float, int], float], suffix: str) -> str:
        groups = self._needs_optimizer().param_groups
        before = self.rate_of(groups[0]["lr"])
        self._rates.append(change)
        return "learning rate {:.6g} -> {:.6g}{}".format(before, self.rate_of(groups[0]["lr"]), suffix)

    def _scale_learning_rate(self, index: int, action: Dict[str, Any]) -> str:
        factor = float(_given(action, "factor"))
        return self._rate_text(lambda rate, step: rate * factor, ", which a schedule goes on changing")

    def _set_learning_rate(self, index: int, action: Dict[str, Any]) -> str:
        value = float(_given(action, "value"))
        self._needs_optimizer()
        self._rates.clear()
        if action.get("method") == "constant":
            return self._rate_text(lambda rate, step: value, ", whatever a schedule says")
        # Where the program's own first rate is below, the schedule is taken from the one that was set.
        first = self._needs_optimizer().param_groups[0].get("initial_lr", self._needs_optimizer().param_groups[0]["lr"])
        share = value / first if 0 < first < value else 1.0
        return self._rate_text(lambda rate, step: rate * share if 0 < rate * share <= value else value, ", which a schedule may lower")

    def _add_warmup(self, index: int, action: Dict[str, Any]) -> str:
        steps = max(1, int(_given(action, "steps")))
        groups = self._needs_optimizer().param_groups
        full = self.rate_of(groups[0].get("initial_lr", groups[0]["lr"]))
        self._rates.append(lambda rate, step: full * (step + 1) / steps if step < steps else rate)
        return "learning rate from {:.6g} up to {:.6g} within {} steps".format(self.rate_of(groups[0]["lr"]), full, steps)

    def _clip_gradient_norm(self, index: int, action: Dict[str, Any]) -> None:
        limit = float(_given(action, "maxNorm"))
        self._needs_optimizer()

        def clip() -> None:
            norm = float(nn.utils.clip_grad_norm_([parameter for parameter in self.model.parameters() if parameter.grad is not None], limit))
            self._confirm(index, "gradient norm limited to {:.6g}; the first was {:.3g}".format(limit, norm))

        self._late[index] = "the optimizer's step() was never called."
        self._before.append(clip)

    def _replace_activation(self, index: int, action: Dict[str, Any]) -> str:
        told = []
        for layer in action.get("layers") or []:
            told.append("{}: {} -> {}".format(layer, *_replace(self.model, layer, functools.partial(_activation, _given(action, "to")))))
        if not told:
            raise _Misfit("it names no layer.")
        return ", ".join(told)

    def _change_output_activation(self, index: int, action: Dict[str, Any]) -> str:
        try:
            return _change_output(self.model, action.get("layers") or [], _given(action, "to"))
        except _Misfit:
            if action.get("to") != "Identity":
                raise
            inverse = _inverse(action.get("from"))
            self._handles.append(self.model.register_forward_hook(lambda module, inputs, output: inverse(output) if isinstance(output, Tensor) and output.is_floating_point() else None))
            return "{} at the output undone by its inverse".format(action["from"])

    def _reinitialize(self, index: int, action: Dict[str, Any]) -> str:
        scheme = action.get("scheme") or "default"
        return "weights drawn again ({}): {}".format(scheme, ", ".join(_redraw(self.model, action.get("layers") or [], scheme)))

    def _add_normalization(self, index: int, action: Dict[str, Any]) -> str:
        kind = action.get("type") or ""
        if kind.startswith(_MOMENTUM):
            return "momentum of batch normalisation " + ", ".join(_set_momentum(self.model, action.get("layers") or [], float(kind[len(_MOMENTUM):])))
        return ", ".join(_add_normalization(self.model, action.get("layers") or [], action.get("type")))

    def _remove_normalization(self, index: int, action: Dict[str, Any]) -> str:
        return "taken out: " + ", ".join(_remove_normalization(self.model, action.get("layers") or []))

    def _fix_layout(self, index: int, action: Dict[str, Any]) -> str:
        return "samples first: " + ", ".join(_samples_first(self.model, action.get("layers") or []))

    def _add_dropout(self, index: int, action: Dict[str, Any]) -> str:
        rate = float(action.get("rate") or 0.25)
        return "{} dropout layers at {:.6g} put behind hidden activations".format(_add_dropout(self.model, rate), rate)

    def _remove_dropout(self, index: int, action: Dict[str, Any]) -> str:
        return "dropout " + ", ".join(_dropout_rates(self.model, action.get("layers") or [], float(action.get("rate") or 0)))

    def _add_weight_decay(self, index: int, action: Dict[str, Any]) -> str:
        value = float(_given(action, "value"))
        groups = [group for group in self._needs_optimizer().param_groups if group.get("weight_decay")]
        for group in groups:
            group["weight_decay"] = value
        if groups:
            return "weight decay {:.6g} set in the optimizer".format(value)
        if value == 0:
            raise _Misfit("the optimizer has no weight decay.")

        def decay() -> None:
            rate = self._needs_optimizer().param_groups[0]["lr"]
            with torch.no_grad():
                for parameter in self.model.parameters():
                    if parameter.requires_grad and parameter.dim() >= 2:
                        parameter.mul_(1 - rate * value)

        self._before.append(decay)
        return "weight decay {:.6g} beside the optimizer, decoupled".format(value)

    def _unfreeze(self, index: int, action: Dict[str, Any]) -> str:
        names = action.get("layers") or []
        meant = [p for name, p in self.model.named_parameters() if not names or any(name == n or name.startswith(n + ".") for n in names)]
        frozen = [parameter for parameter in meant if not parameter.requires_grad]
        for parameter in frozen:
            parameter.requires_grad_(True)
        held = self._hold(meant) if self.optimizer is not None else 0
        return "{} parameters unfrozen, and {} given to the optimizer".format(len(frozen), held)

    def _register_parameters(self, index: int, action: Dict[str, Any]) -> str:
        self._needs_optimizer()
        return "{} layers registered, and {} parameters given to the optimizer".format(_register(self.model), self._hold(list(self.model.parameters())))

    def _set_evaluation_mode(self, index: int, action: Dict[str, Any]) -> None:
        def enter(module: nn.Module, inputs: Any) -> None:
            module.train(torch.is_grad_enabled())
            self._confirm(index, "training mode while gradients are recorded, evaluation mode otherwise")

        self._late[index] = "the model is never called."
        self._handles.append(self.model.register_forward_pre_hook(enter))

    def _zero_gradients(self, index: int, action: Dict[str, Any]) -> str:
        self._clears = True
        return "gradients cleared at the end of every step()"

    def _step_optimizer(self, index: int, action: Dict[str, Any]) -> str:
        self._needs_optimizer()
        self._steps_itself = True
        return "the optimizer steps at step() where the program did not"

    def _scale_inputs(self, index: int, action: Dict[str, Any]) -> None:
        if "target" in (action.get("method") or "").lower():
            self._scale_targets(index)
            return
        scale = _RunningScale()

        def enter(module: nn.Module, inputs: Tuple[Any, ...]) -> Optional[Tuple[Any, ...]]:
            scaled = scale.apply(inputs[0], torch.is_grad_enabled()) if inputs and isinstance(inputs[0], Tensor) else None
            if scaled is None:
                return None
            self._confirm(index, "inputs brought to mean 0 and standard deviation 1 of the training batches seen so far")
            return (scaled,) + tuple(inputs[1:])

        self._late[index] = "the model is not called with a tensor of numbers."
        self._handles.append(self.model.register_forward_pre_hook(enter))

    def _scale_targets(self, index: int) -> None:
        scale = self._targets = _TargetScale(self.loss if isinstance(self.loss, nn.Module) else None)

        def leave(module: nn.Module, inputs: Any, output: Any) -> Any:
            if not isinstance(output, Tensor):
                return None
            if scale.is_known:
                self._confirm(index, "the model answers on the scale of the targets seen so far, with the gradient of targets brought to mean 0 and standard deviation 1; losses stay in the program's units")
            return scale.turned_back(output)

        def enter(module: nn.Module, inputs: Any) -> None:
            # Behind what measures the model, which then sees answers and targets of one scale.
            first.remove()
            self._handles.append(self.model.register_forward_hook(leave))

        self._late[index] = "the doctor is not told the targets (doctor.step(loss, targets)), or the model does not answer with a tensor."
        first = self.model.register_forward_pre_hook(enter)
        self._handles.append(first)

    def _clean_data(self, index: int, action: Dict[str, Any]) -> None:
        if action.get("method"):
            raise _Misfit("the program splits its samples itself.")

        def enter(module: nn.Module, inputs: Tuple[Any, ...]) -> Optional[Tuple[Any, ...]]:
            repaired = _repaired(inputs[0]) if inputs and isinstance(inputs[0], Tensor) else None
            if repaired is None:
                return None
            self._confirm(index, "values that are not finite replaced by the mean of their feature in the batch, samples far beyond all others brought back")
            return (repaired,) + tuple(inputs[1:])

        if isinstance(self.loss, nn.Module):
            bounds = _TargetRange()

            def bring(target: Tensor) -> Optional[Tensor]:
                brought = bounds.of(target)
                if brought is not None:
                    self._confirm(index, "targets of two values brought to 0 and 1")
                return brought

            self._convert.append(bring)
            self._handles.append(self.loss.register_forward_pre_hook(lambda module, inputs: (inputs[0], _or(bring(inputs[1]), inputs[1])) + tuple(inputs[2:]) if len(inputs) > 1 and isinstance(inputs[1], Tensor) else None))
        self._late_by_steps[index] = (50, "there is nothing to repair in the samples of the first 50 steps.")
        self._handles.append(self.model.register_forward_pre_hook(enter))

    def _balance_classes(self, index: int, action: Dict[str, Any]) -> None:
        weights = _ClassWeights()

        def enter(module: nn.Module, inputs: Tuple[Any, ...]) -> Optional[Tuple[Any, ...]]:
            if len(inputs) < 2 or not isinstance(inputs[0], Tensor) or not isinstance(inputs[1], Tensor) or not inputs[0].requires_grad:
                return None
            factor = weights.of(inputs[0], inputs[1])
            if factor is None:
                self.weighs_classes = False
                return None
            self._confirm(index, "every sample weighted in the gradient by how rare its class was in the batches seen so far")
            return (_with_gradient(inputs[0], factor),) + tuple(inputs[1:])

        self._handles.append(self._needs_loss().register_forward_pre_hook(enter))
        self.weighs_classes = True
        self._late[index] = "targets are not one class per sample, so classes cannot be balanced from outside."

    def _reverse_objective(self, index: int) -> Optional[str]:
        if isinstance(self.loss, nn.Module):
            self._handles.append(self.loss.register_forward_hook(lambda module, inputs, result: -result))
            return "the loss is handed on with the opposite sign"
        self.sign = -1.0

        def leave(module: nn.Module, inputs: Any, output: Any) -> Any:
            if not isinstance(output, Tensor) or not output.requires_grad:
                return None
            self._confirm(index, "what flows back into the model has the opposite sign, and so have the losses that are told")
            return _with_gradient(output, torch.full((1,), -1.0, dtype=output.dtype, device=output.device))

        self._late[index] = "the model does not answer with a tensor."
        self._handles.append(self.model.register_forward_hook(leave))
        return None

    def _change_loss(self, index: int, action: Dict[str, Any]) -> Optional[str]:
        if _given(action, "to") == "the loss with the opposite sign":
            return self._reverse_objective(index)
        present, to = self._needs_loss(), _given(action, "to")
        if "reshape" in to:
            conversion: Callable[[Tensor], Optional[Tensor]] = lambda target: target.unsqueeze(1) if target.dim() == 1 and target.is_floating_point() else None
            self._convert.append(conversion)
            self._handles.append(present.register_forward_pre_hook(lambda module, inputs: (inputs[0], _or(conversion(inputs[1]), inputs[1])) + tuple(inputs[2:])))
            return "flat targets made a column, like the outputs that they are compared with"
        changed = _loss(to)
        wants_classes = to in ("CrossEntropyLoss", "NLLLoss")
        one_hot: Callable[[Tensor], Optional[Tensor]] = lambda target: target.argmax(1) if wants_classes and target.dim() == 2 and target.shape[1] > 1 else None
        self._convert.append(one_hot)
        self._handles.append(present.register_forward_hook(lambda module, inputs, result: changed(inputs[0], _or(one_hot(inputs[1]), inputs[1]))))
        self.loss = changed
        return "loss {} -> {}".format(type(present).__name__, type(changed).__name__)

    def _change_optimizer(self, index: int, action: Dict[str, Any]) -> str:
        present = self._needs_optimizer()
        self._own = _substitute(present, self.model, _given(action, "to"), action.get("value"))
        self._own_start = [group["lr"] for group in self._own.param_groups]
        first = self.optimizer.param_groups[0]
        self._program_start = first["lr"] or first.get("initial_lr", 0.0)
        return "{} -> {} at {:.6g}, which steps in the place of the program's own".format(type(self.optimizer).__name__, type(self._own).__name__, self._own_start[0])

    # ---- the optimizer's step

    def _wrap_step(self) -> None:
        original = self.optimizer.step
        treatment = self

        def step(optimizer: Any, closure: Any = None, *arguments: Any, **named: Any) -> Any:
            treatment._stepped = True

            def evaluated() -> Any:
                with torch.enable_grad():
                    loss = closure()
                treatment._prepare()
                return loss

            if treatment._own is not None:
                result = evaluated() if closure is not None else treatment._prepare()
                treatment._own.step()
                optimizer._step_count = getattr(optimizer, "_step_count", 0) + 1
                return result
            with treatment.rates_in_place():
                treatment.rate = optimizer.param_groups[0]["lr"]
                if closure is not None:
                    return original(evaluated, *arguments, **named)
                treatment._prepare()
                return original(*arguments, **named)

        # Schedules mark the method that they count the calls of.
        step.__dict__.update(vars(getattr(original, "__func__", original)))
        self.optimizer.step = types.MethodType(step, self.optimizer)

    def _prepare(self) -> None:
        if self._own is not None:
            share = self.optimizer.param_groups[0]["lr"] / self._program_start if self._program_start else 1.0
            for group, first in zip(self._own.param_groups, self._own_start):
                group["lr"] = self.rate_of(first * share)
            self.rate = self._own.param_groups[0]["lr"]
        for change in self._before:
            change()

    def _confirm(self, index: int, text: str) -> None:
        if index in self._late or index in self._late_by_steps:
            self._late.pop(index, None)
            self._late_by_steps.pop(index, None)
            self._answer.apply(index, text)
            self._answer.write()


def _given(action: Dict[str, Any], name: str) -> Any:
    if action.get(name) is None:
        raise _Misfit("'{}' does not say with what ({}).".format(action["kind"], name))
    return action[name]


def _or(changed: Optional[Tensor], present: Any) -> Any:
    return present if changed is None else changed
