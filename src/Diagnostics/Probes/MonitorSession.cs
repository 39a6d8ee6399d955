using System.Diagnostics;
using TrainingDoctor.Models;
using TrainingDoctor.Recording;
using TrainingDoctor.Reports;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>One monitored run: the order of things between the model's calls, the steps, and the sinks that measurements go to.</summary>
internal sealed class MonitorSession : IDisposable
{
    /// <summary>The scope that the model's own output is measured under.</summary>
    public const string OutputScope = "(output)";

    private readonly Lock _gate = new();
    private readonly nn.Module _model;
    private readonly TrainingMonitorOptions _options;
    private readonly ScopeTable _scopes = new();
    private readonly SeriesCollector _series;
    private readonly CompositeSink _sink;
    private readonly IsolatedSink? _recorder;
    private readonly FindingAnnouncer _announcer;
    private readonly Attachment _attachment = new();
    private readonly ParameterProbes _parameters;
    private readonly LayerProbe _output;
    private readonly BatchProbe _batch = new();
    private readonly SeenRows _rows = new();
    private readonly DataFlow _flow = new();
    private readonly DeviceReadback _readback = new();
    private readonly SampleClock _clock;
    private readonly List<LayerProbe> _measured = [];
    private readonly HashSet<string> _switchedOff = [];
    private readonly Action<Metric, int, double> _observe;
    private readonly RunDescription _run;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _step;
    private int _fired;
    private bool _isSampled = true;
    private bool _isOver;
    private bool _sawInput;
    private bool _sawTraining;
    private bool _trainsInTrainingMode;
    private long[]? _prediction;
    private bool _isPredictionCompared;

    public MonitorSession(nn.Module model, TrainingMonitorOptions options)
    {
        _model = model;
        _options = options;
        _observe = Observe;
        _clock = new SampleClock(options.Sampling, options.MaxOverhead);
        Engine = new RuleEngine(options.Rules, _scopes);
        _announcer = new FindingAnnouncer(options, Fail);
        Engine.FindingOpened += OnFindingOpened;
        _series = new SeriesCollector(_scopes);
        _run = Describe();
        _recorder = options.RecordTo is { } path ? new IsolatedSink("recording", Recorders.Create(path, options, _scopes), Fail) : null;
        var sinks = new IMeasurementSink?[] { _recorder, Engine, _series, new MonitorMeter(_run.Name), options.Tap?.Invoke(_scopes) };
        _sink = new CompositeSink([.. sinks.OfType<IMeasurementSink>()]);
        _output = new LayerProbe(new LayerDescription { Path = OutputScope, TypeName = model.GetType().Name, Kind = LayerKind.Other }, _scopes.Intern(ScopeKind.Layer, OutputScope));
        _parameters = new ParameterProbes(model, _scopes, _readback, options.ForceDevicePath, Fail);
        try
        {
            _run = _run with { Model = _attachment.HookLayers(model, _run.Model!, _scopes, OnForward) };
            _attachment.HookModel(model, OnModelForward);
            _attachment.HookLoss(options.Loss, OnCompared);
            if (options.SeesForwardCalls)
            {
                Guarded("seeing forward calls", () => _attachment.PlaceStandIns(model));
            }

            _sink.Begin(_run);
            _parameters.Remember(-1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RuleEngine Engine { get; }

    public LayerCoverage? Coverage
    {
        get
        {
            lock (_gate)
            {
                int fired = _attachment.Layers.Count(layer => layer.Calls > 0);
                var leaves = _run.Model!.Leaves.ToList();
                var silent = leaves.Select(leaf => leaf.Path).Except(_attachment.Layers.Where(layer => layer.Calls > 0).Select(layer => layer.Path));
                return new LayerCoverage(leaves.Count, _attachment.Layers.Count, fired, [.. silent]);
            }
        }
    }

    /// <summary>Makes the report of a monitor that is switched off.</summary>
    public static DiagnosisReport Nothing(TrainingMonitorOptions options)
    {
        var engine = new RuleEngine(new RuleSet([]), new ScopeTable());
        engine.Begin(new RunDescription { Name = options.Name ?? "run" });
        return DiagnosisReport.Create(engine.Diagnose());
    }

    public void Step(double loss, Tensor? target)
    {
        long started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _trainsInTrainingMode = _sawTraining;
            Observe(Metric.Loss, ScopeTable.Run, loss);
            if (_options.Optimizer is { } optimizer)
            {
                Guarded("reading the learning rate", () => Observe(Metric.LearningRate, ScopeTable.Run, optimizer.ParamGroups.First().LearningRate));
            }

            _clock.Observe(_step, loss);
            if (_isSampled)
            {
                MeasureStep(target);
            }

            _step++;
            _sawInput = false;
            _sawTraining = false;
            _isPredictionCompared = false;
            _measured.Clear();
            _isSampled = _clock.Wants(_step);
            if (_isSampled)
            {
                _parameters.Remember(_step - 1);
            }
        }

        _clock.Spend(started);
        _announcer.Announce();
    }

    public void Validation(double? loss, double? accuracy, double? error, string? dataset, double? epoch)
    {
        lock (_gate)
        {
            int scope = dataset is null ? ScopeTable.Run : _scopes.Intern(ScopeKind.Dataset, dataset);
            ObserveBetween(Metric.Epoch, ScopeTable.Run, epoch);
            ObserveBetween(Metric.ValidationLoss, scope, loss);
            ObserveBetween(Metric.ValidationAccuracy, scope, accuracy);
            ObserveBetween(Metric.ValidationError, scope, error);
            ObserveBetween(Metric.ValidationOverlap, ScopeTable.Run, _rows.TakeShare());
            foreach (var probe in _attachment.Layers.Where(layer => layer.IsModal))
            {
                ObserveBetween(Metric.ValidationTrainingMode, probe.Scope, probe.ModeInEvaluation is { } training ? training ? 1 : 0 : null);
                probe.ModeInEvaluation = null;
            }
        }

        _announcer.Announce();
    }

    public void Epoch(double epoch)
    {
        lock (_gate)
        {
            ObserveBetween(Metric.Epoch, ScopeTable.Run, epoch);
        }

        _announcer.Announce();
    }

    public void TrainingAccuracy(double accuracy)
    {
        lock (_gate)
        {
            ObserveBetween(Metric.Accuracy, ScopeTable.Run, accuracy);
        }

        _announcer.Announce();
    }

    public DiagnosisReport Complete()
    {
        lock (_gate)
        {
            // What never fired is said in numbers too, so that a replay judges the same.
            if (_step > 0)
            {
                foreach (var probe in _attachment.Layers)
                {
                    ObserveBetween(Metric.CallCount, probe.Scope, probe.Calls);
                }
            }

            _sink.Complete();
            _isOver = true;
            _attachment.Dispose();
        }

        _announcer.Announce();
        return DiagnosisReport.Create(Engine.Diagnose(), _series, Stopwatch.GetElapsedTime(_started));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _attachment.Dispose();
            _parameters.Dispose();
            _batch.Dispose();
            _readback.Dispose();
            _recorder?.Dispose();
        }
    }

    /// <summary>Runs a part of the monitor; one that throws is switched off and reported, and training goes on.</summary>
    public void Guarded(string what, Action action)
    {
        if (_switchedOff.Contains(what))
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _switchedOff.Add(what);
            Fail(what, exception);
        }
    }

    private RunDescription Describe() => new()
    {
        Name = _options.Name ?? _model.GetType().Name,
        Source = "live",
        Path = _options.RecordTo,
        Task = _options.Task,
        Device = _model.parameters().FirstOrDefault()?.device.ToString(),
        StartedAt = DateTimeOffset.UtcNow,
        Model = ModelInspector.Describe(_model, _options.Optimizer),
        Optimizer = _options.Optimizer is { } optimizer ? OptimizerInspector.Describe(optimizer, _model) : null,
        Loss = _options.Loss is { } loss ? LossInspector.Describe(loss) : null,
    };

    /// <summary>Tells training from evaluation: without gradients nothing is trained, and a model that trains in training mode is evaluated in evaluation mode.</summary>
    private bool IsTraining(out bool mode)
    {
        mode = _model.training;
        return is_grad_enabled() && (mode || !_trainsInTrainingMode);
    }

    private void OnForward(LayerProbe probe, nn.Module module, object? input, object? output)
    {
        if (probe.IsOff || _isOver)
        {
            return;
        }

        long started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            try
            {
                Take(probe, module, input, output);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                probe.IsOff = true;
                Fail($"measuring layer '{probe.Path}'", exception);
            }
        }

        _clock.Spend(started);
    }

    private void Take(LayerProbe probe, nn.Module module, object? input, object? output)
    {
        if (!IsTraining(out bool mode))
        {
            probe.ModeInEvaluation = probe.IsModal ? module.training : null;
            return;
        }

        probe.Calls++;
        _sawTraining |= mode;
        if (probe.IsModal)
        {
            probe.ModeInTraining = module.training;
        }

        if (!_isSampled)
        {
            return;
        }

        MeasureInput(input);
        if (probe.Order < 0)
        {
            probe.Order = _fired++;
            Observe(Metric.CallOrder, probe.Scope, probe.Order);
            ReportOrigin(probe, input, probe.Kind is LayerKind.Activation or LayerKind.Dropout);
        }

        if (LayerProbe.FirstTensor(output) is { } result)
        {
            _prediction = _isPredictionCompared ? _prediction : result.shape;
            if (_flow.Covers(_step))
            {
                _flow.Add(result, probe.Order);
            }

            Measure(probe, input, result);
        }
    }

    private void OnModelForward(object? input, object? output)
    {
        if (!_isOver && !is_grad_enabled() && LayerProbe.FirstTensor(input) is { } evaluated)
        {
            lock (_gate)
            {
                Guarded("looking rows up", () => _rows.AddEvaluation(evaluated));
            }
        }

        if (!_isSampled || _output.IsOff || _isOver)
        {
            return;
        }

        long started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            try
            {
                if (IsTraining(out _) && LayerProbe.FirstTensor(output) is { } result)
                {
                    MeasureInput(input);
                    _prediction = _isPredictionCompared ? _prediction : result.shape;
                    Measure(_output, input, result);
                    if (_output.Order < 0)
                    {
                        _output.Order = int.MaxValue;
                        ReportOrigin(_output, result, isConsumerInPlace: false);
                    }
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _output.IsOff = true;
                Fail("measuring the model's output", exception);
            }
        }

        _clock.Spend(started);
    }

    /// <summary>The loss itself knows best what is compared with what.</summary>
    private void OnCompared(Tensor prediction, Tensor target)
    {
        if (!_isSampled || _isOver)
        {
            return;
        }

        lock (_gate)
        {
            Guarded("seeing what is compared", () =>
            {
                if (IsTraining(out _) && !_isPredictionCompared)
                {
                    (_prediction, _isPredictionCompared) = (prediction.shape, true);
                    if (target.is_floating_point())
                    {
                        Observe(Metric.TargetBroadcast, ScopeTable.Run, Broadcasts(target.shape, prediction.shape) ? 1 : 0);
                    }
                }
            });
        }
    }

    private static bool Broadcasts(long[] target, long[] prediction)
    {
        long elements = target.Aggregate(1L, (product, size) => product * size);
        return elements > 1 && !target.SequenceEqual(prediction) && elements == prediction.Aggregate(1L, (product, size) => product * size);
    }

    private void Measure(LayerProbe probe, object? input, Tensor output)
    {
        if (!probe.HasMeasured(_step))
        {
            probe.Measure(input, output, _step, _readback, _options.ForceDevicePath);
            if (probe.HasMeasured(_step))
            {
                _measured.Add(probe);
            }
        }
    }

    private void MeasureInput(object? input)
    {
        if (!_sawInput && LayerProbe.FirstTensor(input) is { } batch)
        {
            _sawInput = true;
            Guarded("measuring inputs", () => _batch.MeasureInput(batch, ReadbackFor(batch), _observe));
            Guarded("remembering rows", () => _rows.AddTraining(batch));
        }
    }

    private DeviceReadback? ReadbackFor(Tensor tensor) => _options.ForceDevicePath || !TensorMeter.IsOnHost(tensor) ? _readback : null;

    private void ReportOrigin(LayerProbe probe, object? input, bool isConsumerInPlace)
    {
        if (_flow.Covers(_step) && LayerProbe.FirstTensor(input) is { } tensor && _flow.OriginOf(tensor, isConsumerInPlace) is { } origin)
        {
            Observe(Metric.InputOrigin, probe.Scope, origin);
        }
    }

    private void MeasureStep(Tensor? target)
    {
        if (target is not null)
        {
            Guarded("measuring targets", () => _batch.MeasureTarget(target, _prediction, ReadbackFor(target), _observe));
            if (!_isPredictionCompared && _prediction is { } shape && target.is_floating_point())
            {
                // The loss is computed by functions, so that the output's own shape has to do; the rule asks the loss whether it was broadcast.
                Observe(Metric.TargetBroadcast, ScopeTable.Run, Broadcasts(target.shape, shape) ? 1 : 0);
            }
        }

        _parameters.Measure(_step);
        if (_readback.HasParts)
        {
            Guarded("reading devices back", _readback.Fetch);
        }

        Guarded("measuring batches", () => _batch.Resolve(_readback, _observe));
        foreach (var probe in _measured)
        {
            Report(probe);
        }

        _parameters.Report(_step, _run.Optimizer?.WeightDecay, _observe);
        foreach (var probe in _attachment.Layers)
        {
            if (probe.ModeInTraining is { } training)
            {
                Observe(Metric.TrainingMode, probe.Scope, training ? 1 : 0);
                probe.ModeInTraining = null;
            }
        }
    }

    private void Report(LayerProbe probe)
    {
        try
        {
            probe.Report(_readback, _observe);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            probe.IsOff = true;
            Fail($"reporting layer '{probe.Path}'", exception);
        }
    }

    private void Observe(Metric metric, int scope, double value) => _sink.Observe(new Measurement(_step, metric, scope, value));

    /// <summary>Observes what belongs to the last step taken, unless the next has begun already: steps never decrease.</summary>
    private void ObserveBetween(Metric metric, int scope, double? value)
    {
        if (value is { } number)
        {
            long step = _measured.Count > 0 || _sawInput || _isPredictionCompared ? _step : Math.Max(0, _step - 1);
            _sink.Observe(new Measurement(step, metric, scope, number));
        }
    }

    private void OnFindingOpened(Finding finding)
    {
        if (finding.Severity >= Severity.Warning)
        {
            _clock.Alarm(_step);
        }

        _announcer.Add(finding);
    }

    private void Fail(string what, Exception exception)
    {
        Engine.ReportFault($"The monitor's part for {what}", exception);
        if (_options.Logger is { } logger)
        {
            MonitorLog.Fault(logger, what, exception);
        }
    }
}
