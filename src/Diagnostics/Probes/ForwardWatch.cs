using System.Diagnostics;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Watches the calls of a model, its layers and its loss between one step and the next. What it does can neither throw into them nor change what they return.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">Its optimizer; null where it is not known.</param>
/// <param name="output">Measures what the model as a whole returns.</param>
/// <param name="state">Where the run stands.</param>
/// <param name="clock">Is told of the time spent.</param>
/// <param name="readback">Brings over what devices compute.</param>
/// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
/// <param name="backward">Takes what comes back of the outputs.</param>
/// <param name="loss">The loss; null where it is not known.</param>
/// <param name="faults">Is told of faults.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class ForwardWatch(
    nn.Module model, optim.Optimizer? optimizer, LayerProbe output, StepState state, SampleClock clock, DeviceReadback readback, bool forceDevice, BackwardPass backward, LossDescription? loss, FaultGuard faults, Action<Metric, int, double> observe) : IDisposable
{
    private const string ComparisonPart = "laying outputs beside targets";

    private readonly BatchProbe _batch = new(loss, RepeatedRows.TakesOneTensor(model));
    private readonly StepComparison _comparison = new(loss?.IgnoredIndex, loss is not null);
    private readonly CallOrder _order = new(state, observe);
    private readonly TrainingMode _mode = new(model);
    private readonly List<LayerProbe> _measured = [];
    private readonly TroubledLayers _troubled = new(faults);
    private bool _sawInput;
    private bool _isPredictionCompared;
    private long[]? _prediction;

    /// <summary>Gets what compares evaluation with training.</summary>
    public EvaluationWatch Evaluation { get; } = new(model, optimizer, loss?.IgnoredIndex, state, faults);

    /// <summary>Gets what looks at padding masks.</summary>
    public PaddingMasks Masks { get; } = new(state, faults, observe);

    /// <summary>Gets a value indicating whether anything of the present step was measured already.</summary>
    public bool HasBegun => _measured.Count > 0 || _sawInput || _isPredictionCompared;

    /// <summary>Takes a call of a layer.</summary>
    public void OnLayer(LayerProbe probe, nn.Module module, object? input, object? result)
    {
        if (probe.IsOff || state.IsOver || state.IsAside)
        {
            return;
        }

        Evaluation.OnLayer(module);

        // Most calls of a long run are of steps that are not measured: they must cost next to nothing.
        if (state.IsSampled || probe.IsModal || probe.Calls == 0)
        {
            Guarded(probe, module, input, result);
        }
    }

    /// <summary>Takes a call of the model as a whole.</summary>
    public void OnModel(object? input, object? result)
    {
        if (state.IsAside)
        {
            return;
        }

        Evaluation.OnCall(input, result);
        if (!output.IsOff && !state.IsOver && state.IsSampled)
        {
            Guarded(output, null, input, result);
        }
    }

    /// <summary>Takes what the loss compares: it knows best what is compared with what.</summary>
    public void OnCompared(Tensor prediction, Tensor target)
    {
        Evaluation.OnTarget(prediction, target, _comparison.ShiftsItself);
        if (!state.IsSampled || state.IsOver)
        {
            return;
        }

        lock (state.Gate)
        {
            faults.Run("seeing what is compared", () =>
            {
                if (!_mode.IsTraining(out _) || _isPredictionCompared)
                {
                    return;
                }

                if (!output.IsOff && !output.HasMeasured(state.Step))
                {
                    // The model was run through forward, which passes its hook by: what the loss is given is its output.
                    TakeOutput(null, prediction);
                }

                (_prediction, _isPredictionCompared) = (prediction.shape, true);
                faults.Run(ComparisonPart, () => _comparison.KeepCompared(prediction, target));
                faults.Run("comparing rows", () => _batch.AddCompared(target));
                Evaluation.AddTrainingClasses(prediction.shape, target);
                if (target.is_floating_point())
                {
                    BatchProbe.MeasureBroadcast(target.shape, prediction.shape, observe);
                }
            });
        }
    }

    /// <summary>Measures the target of the step.</summary>
    /// <param name="target">The target.</param>
    public void MeasureTarget(Tensor target)
    {
        faults.Run("measuring targets", () =>
        {
            _batch.MeasureTarget(target, _prediction, ReadbackFor(target), observe);
            if (!_isPredictionCompared && _prediction is { } shape && target.is_floating_point())
            {
                // The loss is computed by functions, so that the output's own shape has to do; the rule asks the loss whether it was broadcast.
                BatchProbe.MeasureBroadcast(target.shape, shape, observe);
            }

            if (!_isPredictionCompared && _prediction is { } outputs)
            {
                Evaluation.AddTrainingClasses(outputs, target);
            }

            // A target that cannot be read gets no further than here: one fault, not one of each part that would look at it.
            Evaluation.AddTrainingTarget(target);
        });
    }

    /// <summary>Lays outputs, targets and the loss of the step beside each other.</summary>
    /// <param name="loss">The loss of the step.</param>
    /// <param name="target">The target, as it was told; null where it was not.</param>
    /// <param name="before">The loss of the step before; NaN for none.</param>
    public void Compare(double loss, double before, Tensor? target) => faults.Run(ComparisonPart, () => _comparison.Measure(loss, before, target, observe));

    /// <summary>Evaluates once more what was evaluated last, the first time that it can.</summary>
    /// <param name="take">Takes the measurements, which are of the model's output.</param>
    public void LookAtEvaluation(Action<Metric, double> take) => Evaluation.LookAgain(_comparison.AreSamplesFirst, _comparison.Shift, take);

    /// <summary>Tells what was measured since the step before, in the order of the calls.</summary>
    public void Report()
    {
        faults.Run("measuring batches", () => _batch.Resolve(readback, observe));
        foreach (var probe in _measured)
        {
            try
            {
                probe.Report(readback, observe);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _troubled.Fail(probe, $"reporting layer '{probe.Path}'", exception);
            }
        }

        backward.Report(observe);
    }

    /// <summary>Tells how what came out of the layers is spread, in the order of the calls.</summary>
    /// <param name="take">Takes a layer's path and its histogram.</param>
    public void ReportDistributions(Action<string, MagnitudeHistogram> take)
    {
        foreach (var probe in _measured.Where(probe => !probe.IsOff))
        {
            if (probe.Histogram is { Count: > 0 } histogram)
            {
                take(probe.Path, histogram);
            }
        }
    }

    /// <summary>Ends the step.</summary>
    public void EndStep()
    {
        _mode.EndStep(state.IsSampled);
        (_sawInput, _isPredictionCompared) = (false, false);
        _measured.Clear();
        _comparison.EndStep();
        backward.Clear();
        Masks.EndStep();
        if (state.IsSampled)
        {
            _troubled.BeginTurn();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _comparison.Dispose();
        Evaluation.Dispose();
        backward.Dispose();
        Masks.Dispose();
    }

    private void Guarded(LayerProbe probe, nn.Module? layer, object? input, object? result)
    {
        long started = Stopwatch.GetTimestamp();
        lock (state.Gate)
        {
            try
            {
                if (layer is null)
                {
                    TakeOutput(input, result);
                }
                else
                {
                    Take(probe, layer, input, result);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _troubled.Fail(probe, $"measuring layer '{probe.Path}'", exception);
            }
        }

        clock.Spend(started);
    }

    private void Take(LayerProbe probe, nn.Module module, object? input, object? result)
    {
        if (!_mode.IsTraining(out bool mode))
        {
            probe.ModeInEvaluation = probe.IsModal ? module.training : null;
            return;
        }

        probe.Calls++;
        _mode.Saw(mode);
        if (probe.IsModal)
        {
            probe.ModeInTraining = module.training;
        }

        probe.NoteInput(module, input);

        if (!state.IsSampled)
        {
            return;
        }

        MeasureInput(input);
        if (probe.Kind == LayerKind.Embedding)
        {
            Masks.Note(LayerProbe.FirstTensor(input));
        }

        bool isFirst = _order.Begin(probe, input);
        if (LayerProbe.FirstTensor(result) is { } tensor)
        {
            backward.Note(module, tensor);
            if (probe.Kind == LayerKind.Linear)
            {
                faults.Run(ComparisonPart, () => _comparison.KeepLayer(tensor));
            }

            if (probe.Kind == LayerKind.Convolution && LayerProbe.FirstTensor(input) is { } image)
            {
                faults.Run(ComparisonPart, () => _comparison.KeepImage(probe.Scope, image));
            }

            _order.End(probe, input, tensor, isFirst);
            Measure(probe, input, tensor);
            _prediction = _isPredictionCompared ? _prediction : probe.Shape;
        }
    }

    private void TakeOutput(object? input, object? result)
    {
        if (!_mode.IsTraining(out _) || LayerProbe.FirstTensor(result) is not { } tensor)
        {
            return;
        }

        MeasureInput(input);
        faults.Run(ComparisonPart, () => _comparison.Keep(input, tensor));
        if (LayerProbe.FirstTensor(input) is { } batch)
        {
            Evaluation.AddTraining(batch);
            faults.Run("comparing rows", () => _batch.AddCall(batch));
        }

        Measure(output, input, tensor);
        _prediction = _isPredictionCompared ? _prediction : output.Shape;
        _order.Conclude(output, tensor);
    }

    private void Measure(LayerProbe probe, object? input, Tensor tensor)
    {
        if (!probe.HasMeasured(state.Step))
        {
            probe.Measure(input, tensor, state.Step, readback, forceDevice, state.IsCounted);
            if (probe.HasMeasured(state.Step))
            {
                _measured.Add(probe);
                if (probe == output)
                {
                    backward.KeepOutput(tensor);
                }
                else
                {
                    backward.Keep(probe.Scope, tensor);
                }
            }
        }
    }

    private void MeasureInput(object? input)
    {
        if (!_sawInput && LayerProbe.FirstTensor(input) is { } batch)
        {
            _sawInput = true;
            faults.Run("measuring inputs", () => _batch.MeasureInput(batch, ReadbackFor(batch), observe));
            Evaluation.AddTrainingRows(batch);
        }
    }

    private DeviceReadback? ReadbackFor(Tensor tensor) => forceDevice || !TensorMeter.IsOnHost(tensor) ? readback : null;
}
