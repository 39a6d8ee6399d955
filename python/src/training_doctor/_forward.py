"""What is heard of a model while it is called: its layers, its output, what the loss compares, and its evaluations."""

from __future__ import annotations

import contextlib
import time
from typing import Any, Callable, List, Mapping, Optional, Tuple, Union

import torch
from torch import Tensor, nn

from ._batches import _BatchProbe, _SeenRows
from ._description import _bounds_of, _takes_signs
from ._evaluation import _EvaluationProbe
from ._evaluated import _EvaluatedWeights
from ._faults import _FaultGuard
from ._flow import _DataFlow
from ._hooks import _Hook
from ._layers import _LayerProbe
from ._linear import _LinearFit
from ._listening import _CallHook, _FirstHook, _LayerHook
from ._masks import _PaddingMasks
from ._outputs import _OutputProbe
from ._repeats import _RepeatedRows
from ._resources import _ResourceMeter
from ._sampling import _SampleClock
from ._sequences import _blank_share, _overlong_share, _own_tokens
from ._statistics import _Readback, _can_measure
from ._steps import _StepComparison
from ._tables import _OUTPUT_SCOPE
from ._tensors import _first_tensor, _kept, _product
from ._validation import _ValidationComparison


class _ForwardWatch:
    """Hears a model and its loss by hooks. Which step it is, and whether it is measured, is told from outside."""

    def __init__(self, model: nn.Module, guard: _FaultGuard, clock: _SampleClock, readback: _Readback, resources: _ResourceMeter, observe: Callable[[str, str, float], None]) -> None:
        self.model, self._guard, self._clock, self._readback, self._resources, self._observe = model, guard, clock, readback, resources, observe
        self.batch = _BatchProbe()
        self.rows = _SeenRows()
        self.repeats = _RepeatedRows()
        self.linear = _LinearFit()
        self.masks = _PaddingMasks()
        self.comparison = _StepComparison()
        self.validation = _ValidationComparison()
        self.evaluation = _EvaluationProbe()
        self.weights: Optional[_EvaluatedWeights] = None
        self.output = _LayerProbe(_OUTPUT_SCOPE, "Other")
        self.layers: List[_LayerProbe] = []
        self.special: List[_LayerProbe] = []
        """Layers of which more is told than what they make: their mode, or the order of their axes."""
        self.outputs = _OutputProbe()
        self.heard: List[Tuple[_LayerProbe, Tensor, int]] = []
        """Outputs of the step that were only kept, each with its layer and how often it had been written into."""
        self.step = 0
        self.sampled = True
        self.over = False
        self.saw_input = False
        self.saw_training_mode = False
        self.trains_in_training_mode = False
        self.compared = False
        self.prediction: Optional[Tuple[int, ...]] = None
        self._flow = _DataFlow()
        self._handles: List[Any] = []
        self._dense: List[Tuple[nn.Module, _LayerHook]] = []
        self._dense_handles: List[Any] = []
        self._fired = 0
        self.model_had_gradients: Optional[bool] = None
        self._taken: Optional[Tuple[Tensor, Tensor]] = None
        self._target: Optional[Tuple[Tensor, Tensor, int]] = None
        self._compares_pairs = True
        self._takes_signs = self._saw_signs = False
        self._hears_loss = False
        self._blank: Optional[int] = None

    def follow_weights(self, optimizer: Any) -> None:
        """Begins to lay the weights that are evaluated beside those that are trained."""
        self.weights = _EvaluatedWeights(self.model, optimizer)
        for module, is_copy in self.weights.ends:
            hook = _Hook(self._guard, "following the evaluated weights", self._after_end, is_copy)
            self._guard.run("hooking copies of the model", lambda module=module, hook=hook: self._handles.append(module.register_forward_hook(hook)))

    def _after_end(self, is_copy: bool, *arguments: Any) -> None:
        # A teacher is called in training steps too, without gradients.
        if self.weights is not None and not self.over and not self.model.training and not self.is_training():
            self.weights.on_end(is_copy)

    def hook(self, loss: Any, described: Mapping[str, Any]) -> None:
        """Places the hooks on model and loss; those on layers are placed as each is described."""
        # A function leaves out what it is told at each call, which nobody sees.
        # Losses of pairs and triplets of embeddings take them first, and labels last or none.
        self._compares_pairs = not isinstance(loss, nn.Module) or not any(part in type(loss).__name__ for part in ("Triplet", "Ranking", "CosineEmbedding"))
        self.comparison.knows_loss = isinstance(loss, nn.Module)
        self.comparison.ignored = self.batch.ignored = self.validation.classes.ignored = described.get("ignoredIndex")
        self.linear.suits = described.get("kind", "Other") in ("Other", "MeanSquaredError")
        self._takes_signs = isinstance(loss, nn.Module) and _takes_signs(loss)
        blank = getattr(loss, "blank", None)
        self._blank = blank if isinstance(blank, int) else None
        self.batch.tells_bounds = not self._takes_signs and (described.get("kind", "Other") == "Other" or _takes_signs(loss))
        self._guard.run("seeing padding masks", self.masks.begin, self.model, self._guard)
        self._guard.run("hooking the model", lambda: self._handles.append(self.model.register_forward_pre_hook(_FirstHook(self))))
        self._guard.run("hooking the model", lambda: self._handles.append(self.model.register_forward_hook(_CallHook(self, _Hook(self._guard, "hearing the model", self._after_model)))))
        if isinstance(loss, nn.Module):
            self._guard.run("hooking the loss", lambda: self._handles.append(loss.register_forward_hook(_CallHook(self, _Hook(self._guard, "hearing the loss", self._after_loss)))))

    def end_step(self) -> None:
        """Forgets what belongs to the step that is over."""
        self.comparison.end_step()
        self._taken = self._target = None
        if self.sampled:
            self.heard.clear()
            self.outputs.forget_step()
        # A program that evaluates and does not go back trains in evaluation mode from then on.
        self.trains_in_training_mode = self.saw_training_mode if self.sampled else self.trains_in_training_mode or self.saw_training_mode
        self.saw_input = self.saw_training_mode = self.compared = self._saw_signs = False
        self.repeats.end_step()
        self.linear.end_step()
        self.step += 1

    def end_plain_step(self) -> None:
        """The same for a step in which nothing was measured."""
        self.trains_in_training_mode = self.trains_in_training_mode or self.saw_training_mode
        self.saw_training_mode = False
        self.step += 1

    def close(self) -> None:
        """Takes the hooks off."""
        for release in [handle.remove for handle in self._handles + self._dense_handles] + [self.masks.close, self.heard.clear, self.outputs.forget, self._handles.clear, self._dense_handles.clear, self._dense.clear]:
            with contextlib.suppress(Exception):
                release()

    def hook_layer(self, path: str, module: nn.Module, kind: str, activation: Optional[str]) -> bool:
        probe = _LayerProbe(path, kind, _bounds_of(module, activation))
        probe.note_module(module)
        hook = _LayerHook(self, probe, _Hook(self._guard, "hearing layer '{}'".format(path), self._after_layer, probe))
        hooked = self._guard.run("hooking layer '{}'".format(path), lambda: self._place(probe, module, hook))
        if hooked:
            self.layers.append(probe)
            self.special += [probe] if probe.is_modal or probe.takes_places_first else []
        return hooked

    def _place(self, probe: "_LayerProbe", module: nn.Module, hook: "_LayerHook") -> None:
        """Layers whose mode matters are heard always, all others only in steps that are measured: even a hook that does nothing costs a small layer a tenth of its time."""
        handle = module.register_forward_hook(hook)
        if probe.is_modal:
            self._handles.append(handle)
        else:
            self._dense.append((module, hook))
            self._dense_handles.append(handle)

    @property
    def hears_layers(self) -> bool:
        """Whether the hooks are placed that only steps that are measured need."""
        return bool(self._dense_handles)

    def listen(self) -> None:
        if self.sampled and not self._dense_handles:
            self._dense_handles = [module.register_forward_hook(hook) for module, hook in self._dense]
        elif not self.sampled and self._dense_handles:
            for handle in self._dense_handles:
                handle.remove()
            self._dense_handles = []

    # ---- hooks: they return None, so that the output is passed on as it is

    def begin_call(self) -> None:
        """Takes the beginning of a call of the model."""
        self.model_had_gradients = torch.is_grad_enabled()
        if self.model_had_gradients:
            self._resources.on_call()

    def _after_model(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self.model_had_gradients = None
        if self.over:
            return
        if not self.is_training():
            self._measuring("looking rows up", self.rows.add_evaluation, _first_tensor(inputs))
            self._measuring("comparing validation with training", self._take_evaluation, inputs, output)
            if not self.evaluation.over and not module.training:
                self._measuring("keeping an evaluation", self.evaluation.keep, inputs, output)
        elif self.sampled and not self.output.off:
            self._measuring(self.output, self._take_output, inputs, output)

    def _after_layer(self, probe: "_LayerProbe", module: nn.Module, inputs: Any, output: Any) -> None:
        if probe.off or self.over:
            return
        if not self.is_training():
            # Parts of a training step may run without gradients too: checkpointed blocks, frozen encoders. Those are no evaluation.
            if probe.is_modal and self.model_had_gradients is not True:
                probe.mode_in_evaluation = module.training
            return
        probe.calls += 1
        if self.model.training:
            self.saw_training_mode = True
        if probe.is_modal:
            probe.mode_in_training = module.training
        if self.sampled:
            # Nothing in here makes a graph: what is computed with is detached first.
            started = time.perf_counter()
            self._take_layer(probe, inputs, output)
            self._clock.spend(started)

    def _after_loss(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if self.over:
            return
        if not self.is_training():
            self._measuring("comparing validation with training", self._take_evaluation_target, inputs)
        elif self.sampled and not self.compared:
            self._measuring("seeing what is compared", self._take_compared, inputs)
            if self._takes_signs and not self._saw_signs:
                self._measuring("measuring targets", self._take_signs, inputs)

    def is_training(self) -> bool:
        """Without gradients nothing is trained, and a model that trains in training mode is evaluated in evaluation mode."""
        return torch.is_grad_enabled() and (self.model.training or not self.trains_in_training_mode)

    # ---- measuring

    def _take_layer(self, probe: "_LayerProbe", inputs: Any, output: Any) -> None:
        if not self.saw_input:
            self._measure_input(inputs)
        made, again = _first_tensor(output), probe.order >= 0
        if not again:
            taken = _first_tensor(inputs)
            probe.order = self._fired
            self._fired += 1
            self._observe("call_order", probe.path, probe.order)
            self._report_origin(probe.path, taken, probe.kind in ("Activation", "Dropout"))
        if probe.takes_places_first:
            probe.note_sequence(_first_tensor(inputs))
        if probe.kind == "Embedding":
            self.masks.note(inputs)
        if probe.lookups is not None:
            self._guard.run("counting lookups", self._count_lookups, probe, inputs)
        if made is not None:
            if probe.kind == "Linear" and made.dim() == 3:
                self._guard.run("laying outputs beside targets", self.comparison.keep_layer, made)
            elif probe.kind == "Convolution":
                self._guard.run("laying outputs beside targets", self.comparison.keep_image, probe.path, _first_tensor(inputs))
            if self._flow.covers(self.step):
                # A layer that hands on what it is given has one place and may stand in several.
                if again and probe.kind in ("Dropout", "Reshape"):
                    self._flow.hand_on(_first_tensor(inputs), made)
                else:
                    self._flow.add(made, probe.order)
            if not self.compared:
                self.prediction = made.shape
            self._measure(probe, inputs, made)
            probe.is_routine = (not self._flow.covers(self.step) and probe.room is not None and probe.is_written_into is False and not probe.is_modal
                                and not probe.takes_places_first and probe.lookups is None and (probe.kind != "Embedding" or self.masks.is_over) and probe.kind not in ("BatchNormalization", "Convolution") and not (probe.kind == "Linear" and made.dim() == 3))

    def _count_lookups(self, probe: "_LayerProbe", inputs: Any) -> None:
        assert probe.lookups is not None
        probe.lookups.add(_first_tensor(inputs))
        share = probe.lookups.take_share()
        if share is not None:
            self._observe("embedding_mode_share", probe.path, share)

    def take_heard(self) -> None:
        """Takes the outputs that were only kept."""
        if self.heard:
            started = time.perf_counter() - len(self.heard) * _LayerHook.DURATION
            heard, self.heard = self.heard, []
            for probe, made, version in heard:
                if not self.outputs.take(probe, made, version):
                    probe.is_routine = False
                    if made._version == version:
                        self.outputs.add(probe, made, self._readback)
            if not self.compared:
                self.prediction = heard[-1][1].shape
            self._clock.spend(started)

    def _take_output(self, inputs: Any, output: Any) -> None:
        made = _first_tensor(output)
        if made is None:
            return
        self._measure_input(inputs)
        self.take_heard()
        self._guard.run("laying outputs beside targets", self.comparison.keep, inputs, made)
        self._guard.run("comparing rows", self.repeats.add_call, inputs)
        self._guard.run("fitting a line", self.linear.add_call, inputs)
        batch = _first_tensor(inputs)
        if batch is not None:
            kept = self._taken[1] if self._taken is not None and self._taken[0] is batch else _kept(batch)
            self._guard.run("comparing validation with training", self.validation.add_training, batch, kept)
        if not self.compared:
            self.prediction = made.shape
        self._measure(self.output, None, made)
        if self.output.order < 0:
            self.output.order = 0
            self._report_origin(_OUTPUT_SCOPE, made, False)

    def _take_compared(self, inputs: Any) -> None:
        if self._compares_pairs and isinstance(inputs, tuple) and len(inputs) >= 2 and isinstance(inputs[0], Tensor) and isinstance(inputs[1], Tensor):
            self.prediction, self.compared = tuple(inputs[0].shape), True
            kept = _kept(inputs[1])
            self._target = None if kept is None else (inputs[1], kept, inputs[1]._version)
            if len(inputs) == 4:
                self._take_aligned(inputs[1], inputs[2], inputs[3])
                return
            self._guard.run("comparing validation with training", self.validation.add_training_classes, inputs[0].shape, inputs[1], kept)
            self._guard.run("laying outputs beside targets", self.comparison.keep_compared, inputs[0], inputs[1])
            self._guard.run("comparing rows", self.repeats.add_target, inputs[1])
            self._guard.run("fitting a line", self.linear.add_target, inputs[1])
            self.report_broadcast(inputs[1])

    def _take_aligned(self, targets: Tensor, places: Any, lengths: Any) -> None:
        """Takes the targets of a connectionist temporal classification."""
        tokens = _own_tokens(targets, lengths)
        share = None if tokens is None else _overlong_share(tokens, places)
        if share is not None:
            self._observe("target_overlong_fraction", "", share)
        if tokens is not None and self._blank is not None:
            self._observe("target_blank_fraction", "", _blank_share(tokens, self._blank))

    def _take_signs(self, inputs: Any) -> None:
        """Takes the labels of a loss of signs, which come last, as they are when it takes them: a program may store others. Numbers are measured as they are told."""
        labels = inputs[-1] if isinstance(inputs, tuple) and inputs else None
        if isinstance(labels, Tensor) and labels.numel() > 0 and not labels.is_floating_point() and not labels.is_complex():
            self._saw_signs = True
            signs = labels.long()
            self._observe("target_minimum", "", int(signs.min()))
            self._observe("target_maximum", "", int(signs.max()))

    def kept_of(self, target: Tensor) -> Optional[Tensor]:
        """The copy of targets that was made when they were compared, where they are what they were."""
        return self._target[1] if self._target is not None and self._target[0] is target and self._target[2] == target._version else None

    def _take_evaluation(self, inputs: Any, output: Any) -> None:
        batch, made = _first_tensor(inputs), _first_tensor(output)
        if batch is not None:
            self.validation.add_evaluation(batch)
        if made is not None:
            self.validation.add_evaluation_output(made)
        if self.weights is not None and not self.model.training:
            # Who acts in an environment or draws samples runs the model without gradients in training too.
            self.weights.on_model(self.step)

    def _take_evaluation_target(self, inputs: Any) -> None:
        if self._compares_pairs and isinstance(inputs, tuple) and len(inputs) >= 2 and isinstance(inputs[0], Tensor) and isinstance(inputs[1], Tensor):
            self._hears_loss = True
            self.validation.add_evaluation_target(inputs[0], inputs[1])

    def take_told(self, output: Tensor, target: Tensor) -> None:
        """Takes what the program tells that a validation compares. What is heard of a loss that is a module is not taken twice."""
        if not self._hears_loss:
            self.validation.add_evaluation_target(output, target)

    def _measure(self, probe: "_LayerProbe", inputs: Any, made: Tensor) -> None:
        """Measures an output: of a layer that is called several times in a step, the first."""
        if probe.measured_step != self.step and _can_measure(made):
            if probe.kind == "BatchNormalization":
                probe.note(_first_tensor(inputs))
            self.outputs.add(probe, made, self._readback)
            probe.measured_step = self.step

    def take_input(self, inputs: Any) -> None:
        """Takes what goes into the model: what goes into the first layer that is called."""
        started = time.perf_counter()
        self._measure_input(inputs)
        self._clock.spend(started)

    def _measure_input(self, inputs: Any) -> None:
        batch = _first_tensor(inputs)
        if not self.saw_input and batch is not None:
            self.saw_input = True
            kept = _kept(batch)
            self._taken = None if kept is None else (batch, kept)
            self._guard.run("measuring inputs", self.batch.measure_input, batch, kept, self._readback, self._observe)
            self._guard.run("remembering rows", self.rows.add_training, batch, kept)
            self._resources.batch_size = batch.shape[0] if batch.dim() > 0 else 0

    def _report_origin(self, scope: str, taken: Optional[Tensor], in_place: bool) -> None:
        if taken is not None and self._flow.covers(self.step):
            origin = self._flow.origin_of(taken, in_place)
            if origin is not None:
                self._observe("input_origin", scope, origin)

    def report_broadcast(self, target: Tensor) -> None:
        if self.prediction is not None and target.is_floating_point():
            elements = target.numel()
            differs = elements > 1 and tuple(target.shape) != self.prediction and elements == _product(self.prediction)
            self._observe("target_broadcast", "", 1 if differs else 0)

    def _measuring(self, part: Union[str, "_LayerProbe"], action: Callable[..., Any], *arguments: Any) -> None:
        """Measures within the training's own calls: without gradients, and with the time taken."""
        started = time.perf_counter()
        with torch.no_grad():
            self._guard.run(part, action, *arguments)
        self._clock.spend(started)
