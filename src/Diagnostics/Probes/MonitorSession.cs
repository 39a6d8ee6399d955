using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TrainingDoctor.Models;
using TrainingDoctor.Reports;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>One monitored run: hooks, probes, and the sinks that their measurements go to.</summary>
internal sealed class MonitorSession : IDisposable
{
    /// <summary>The scope that the model's own output is measured under.</summary>
    public const string OutputScope = "(output)";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly nn.Module _model;
    private readonly TrainingMonitorOptions _options;
    private readonly ScopeTable _scopes = new();
    private readonly SeriesCollector _series;
    private readonly CompositeSink _sink;
    private readonly List<ForwardHook> _hooks = [];
    private readonly List<LayerProbe> _layers = [];
    private readonly List<(nn.Module Module, LayerProbe Probe)> _modal = [];
    private readonly List<ParameterProbe> _parameters = [];
    private readonly BatchProbe _batch = new();
    private readonly DataFlow _flow = new();
    private readonly HashSet<string> _switchedOff = [];
    private readonly RunDescription _run;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _spent;
    private long _step;
    private int _fired;
    private bool _isSampled = true;
    private bool _sawInput;
    private long[]? _outputShape;

    public MonitorSession(nn.Module model, TrainingMonitorOptions options)
    {
        _model = model;
        _options = options;
        Engine = new RuleEngine(options.Rules, _scopes);
        Engine.FindingOpened += OnFindingOpened;
        _series = new SeriesCollector(_scopes);
        IMeasurementSink[] sinks = options.RecordTo is { } path ? [new Recording.TelemetryRecorder(path, _scopes), Engine, _series] : [Engine, _series];
        _sink = new CompositeSink(options.Tap is { } tap ? [.. sinks, tap(_scopes)] : sinks);
        _run = Describe();
        PlaceHooks();
        foreach (var (name, parameter) in model.named_parameters())
        {
            _parameters.Add(new ParameterProbe(parameter, _scopes.Intern(ScopeKind.Parameter, name)));
        }

        _sink.Begin(_run);
        Guarded("keeping the first weights", () => _parameters.ForEach(parameter => parameter.Remember(-1)));
    }

    public RuleEngine Engine { get; }

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
            Observe(Metric.Loss, ScopeTable.Run, loss);
            if (_options.Optimizer is { } optimizer)
            {
                Observe(Metric.LearningRate, ScopeTable.Run, optimizer.ParamGroups.First().LearningRate);
            }

            if (_isSampled)
            {
                Guarded("measuring parameters", MeasureParameters);
                if (target is not null)
                {
                    Guarded("measuring targets", () => _batch.MeasureTarget(target, _outputShape, Observe));
                }

                Guarded("measuring modes", MeasureModes);
            }

            _step++;
            _sawInput = false;
            _isSampled = WantsNext();
            if (_isSampled)
            {
                Guarded("keeping weights", () => _parameters.ForEach(parameter => parameter.Remember(_step - 1)));
            }
        }

        _spent += Stopwatch.GetTimestamp() - started;
    }

    public void Validation(double? loss, double? accuracy, double? error, string? dataset)
    {
        lock (_gate)
        {
            int scope = dataset is null ? ScopeTable.Run : _scopes.Intern(ScopeKind.Dataset, dataset);
            foreach (var (metric, value) in new[] { (Metric.ValidationLoss, loss), (Metric.ValidationAccuracy, accuracy), (Metric.ValidationError, error) })
            {
                if (value is { } number)
                {
                    Observe(metric, scope, number);
                }
            }

            foreach (var (_, probe) in _modal)
            {
                if (probe.ModeInEvaluation is { } training)
                {
                    Observe(Metric.ValidationTrainingMode, probe.Scope, training ? 1 : 0);
                    probe.ModeInEvaluation = null;
                }
            }
        }
    }

    public void Epoch(double epoch)
    {
        lock (_gate)
        {
            Observe(Metric.Epoch, ScopeTable.Run, epoch);
        }
    }

    public void TrainingAccuracy(double accuracy)
    {
        lock (_gate)
        {
            Observe(Metric.Accuracy, ScopeTable.Run, accuracy);
        }
    }

    public DiagnosisReport Complete()
    {
        lock (_gate)
        {
            // What never fired is said in numbers too, so that a replay judges the same.
            if (_step > 0)
            {
                foreach (var probe in _layers)
                {
                    _sink.Observe(new Measurement(_step - 1, Metric.CallCount, probe.Scope, probe.Calls));
                }
            }

            _sink.Complete();
            return DiagnosisReport.Create(Engine.Diagnose(), _series, Stopwatch.GetElapsedTime(_started));
        }
    }

    public void Dispose()
    {
        _hooks.ForEach(hook => hook.Dispose());
        _hooks.Clear();
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
            Engine.ReportFault($"The monitor's part for {what}", exception);
            if (_options.Logger is { } logger)
            {
                MonitorLog.Fault(logger, what, exception);
            }
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

    private void PlaceHooks()
    {
        var modules = _model.named_modules().GroupBy(item => item.name).ToDictionary(group => group.Key, group => group.First().module);
        foreach (var layer in _run.Model!.Leaves)
        {
            var module = layer.Path.Length == 0 ? _model : modules[layer.Path];
            var probe = new LayerProbe(layer, _scopes.Intern(ScopeKind.Layer, layer.Path));
            if (ForwardHook.Place(module, (input, output) => OnForward(probe, module, input, output)) is { } hook)
            {
                _hooks.Add(hook);
                _layers.Add(probe);
                if (layer.Kind is LayerKind.Dropout or LayerKind.BatchNormalization)
                {
                    _modal.Add((module, probe));
                }
            }
        }

        var whole = new LayerProbe(new LayerDescription { Path = OutputScope, TypeName = _model.GetType().Name, Kind = LayerKind.Other }, _scopes.Intern(ScopeKind.Layer, OutputScope));
        if (ForwardHook.Place(_model, (input, output) => OnModelForward(whole, input, output)) is { } root)
        {
            _hooks.Add(root);
        }
    }

    private void OnForward(LayerProbe probe, nn.Module module, object? input, object? output)
    {
        long started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (!is_grad_enabled())
            {
                probe.ModeInEvaluation = module.training;
                return;
            }

            probe.Calls++;
            probe.ModeInTraining = module.training;
            if (!_isSampled)
            {
                return;
            }

            Guarded("measuring layers", () =>
            {
                if (!_sawInput && LayerProbe.FirstTensor(input) is { } batch)
                {
                    _sawInput = true;
                    _batch.MeasureInput(batch, Observe);
                }

                if (!probe.HasFired)
                {
                    probe.HasFired = true;
                    probe.Order = _fired++;
                    Observe(Metric.CallOrder, probe.Scope, probe.Order);
                    ReportOrigin(probe, input, probe.Kind is LayerKind.Activation or LayerKind.Dropout);
                }

                if (LayerProbe.FirstTensor(output) is { } result)
                {
                    _outputShape = result.shape;
                    if (_flow.Covers(_step))
                    {
                        _flow.Add(result, probe.Order);
                    }

                    probe.Measure(input, result, _step, Observe);
                }
            });
        }

        _spent += Stopwatch.GetTimestamp() - started;
    }

    private void OnModelForward(LayerProbe probe, object? input, object? output)
    {
        lock (_gate)
        {
            if (!is_grad_enabled() || !_isSampled)
            {
                return;
            }

            Guarded("measuring the model's output", () =>
            {
                if (!_sawInput && LayerProbe.FirstTensor(input) is { } batch)
                {
                    _sawInput = true;
                    _batch.MeasureInput(batch, Observe);
                }

                if (LayerProbe.FirstTensor(output) is { } result)
                {
                    _outputShape = result.shape;
                    probe.Measure(input, result, _step, Observe);
                    if (!probe.HasFired)
                    {
                        probe.HasFired = true;
                        ReportOrigin(probe, result, isConsumerInPlace: false);
                    }
                }
            });
        }
    }

    private void ReportOrigin(LayerProbe probe, object? input, bool isConsumerInPlace)
    {
        if (_flow.Covers(_step) && LayerProbe.FirstTensor(input) is { } tensor && _flow.OriginOf(tensor, isConsumerInPlace) is { } origin)
        {
            Observe(Metric.InputOrigin, probe.Scope, origin);
        }
    }

    private void MeasureParameters()
    {
        double gradient = 0;
        double weight = 0;
        double change = 0;
        foreach (var parameter in _parameters)
        {
            parameter.Measure(_step, Observe);
            gradient += parameter.SquaredGradientNorm;
            change += parameter.SquaredChange;
            weight += parameter.SquaredWeightNorm;
        }

        if (_parameters.Count == 0)
        {
            return;
        }

        Observe(Metric.GlobalGradientNorm, ScopeTable.Run, Math.Sqrt(gradient));
        Observe(Metric.GlobalWeightNorm, ScopeTable.Run, Math.Sqrt(weight));
        if (double.IsFinite(change) && weight > 0)
        {
            Observe(Metric.GlobalUpdateRatio, ScopeTable.Run, Math.Sqrt(change / weight));
        }

        if (_run.Optimizer is { WeightDecay: > 0 and double decay } && gradient > 0 && double.IsFinite(gradient))
        {
            Observe(Metric.RegularizationGradientRatio, ScopeTable.Run, decay * Math.Sqrt(weight / gradient));
        }
    }

    private void MeasureModes()
    {
        foreach (var (_, probe) in _modal)
        {
            if (probe.ModeInTraining is { } training)
            {
                Observe(Metric.TrainingMode, probe.Scope, training ? 1 : 0);
                probe.ModeInTraining = null;
            }
        }
    }

    /// <summary>Decides whether the next step is measured in full: the schedule asks, the budget grants.</summary>
    private bool WantsNext()
    {
        if (!_options.Sampling.Wants(_step, Engine.HasOpen(Severity.Warning)))
        {
            return false;
        }

        // A grace of absolute time lets short runs be measured throughout.
        return !_options.Sampling.KeepsBudget
            || _spent < Grace.TotalSeconds * Stopwatch.Frequency
            || _spent < _options.MaxOverhead * (Stopwatch.GetTimestamp() - _started);
    }

    private void Observe(Metric metric, int scope, double value) => _sink.Observe(new Measurement(_step, metric, scope, value));

    private void OnFindingOpened(Finding finding)
    {
        if (_options.Logger is { } logger)
        {
            Action<ILogger, string, Text, long?> log = finding.Severity switch
            {
                Severity.Error => MonitorLog.Error,
                Severity.Warning => MonitorLog.Warning,
                _ => MonitorLog.Hint,
            };
            log(logger, finding.Rule.Id, finding.Title, finding.FirstStep);
        }

        _options.OnFinding?.Invoke(finding);
    }
}
