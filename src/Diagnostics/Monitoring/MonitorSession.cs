using System.Diagnostics;
using TrainingDoctor.Models;
using TrainingDoctor.Names;
using TrainingDoctor.Probes;
using TrainingDoctor.Probes.Devices;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;
using static TorchSharp.torch;

namespace TrainingDoctor.Monitoring;

/// <summary>One monitored run: puts its parts together, and takes the steps.</summary>
internal sealed class MonitorSession : IDisposable
{
    /// <summary>The scope that the model's own output is measured under.</summary>
    public const string OutputScope = "(output)";

    private readonly TrainingMonitorOptions _options;
    private readonly ScopeTable _scopes = new();
    private readonly StepState _state = new();
    private readonly SeriesCollector _series;
    private readonly CompositeSink _sink;
    private readonly IsolatedSink? _recorder;
    private readonly IsolatedSink? _folder;
    private readonly FaultGuard _faults;
    private readonly FindingAnnouncer _announcer;
    private readonly Attachment _attachment = new();
    private readonly ForwardWatch _watch;
    private readonly ParameterProbes _parameters;
    private readonly DeviceReadback _readback = new();
    private readonly DistributionSchedule _distributions;
    private readonly SampleClock _clock;
    private readonly ResourceMeter _resources;
    private readonly Action<Metric, int, double> _observe;
    private readonly SourcePlaces _places;
    private RunDescription _run;
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _duration;
    private double _lossBefore = double.NaN;

    public MonitorSession(nn.Module model, TrainingMonitorOptions options, SourcePlaces places)
    {
        _options = options;
        _places = places;
        _observe = Observe;
        _clock = new SampleClock(options.Sampling, options.MaxOverhead);
        _resources = new ResourceMeter((metric, value) => Observe(metric, ScopeTable.Run, value), device: DeviceOf(model));
        Engine = new RuleEngine(options.Normal is { } normal ? options.Rules.WithNormal(normal) : options.Rules, _scopes) { IsLive = true };
        _faults = new FaultGuard(Engine, options.Logger);
        _run = Describe(model, options);
        var meter = new MonitorMeter(_run.Name);
        _announcer = new FindingAnnouncer(options, meter, _faults);
        Engine.FindingOpened += OnFindingOpened;
        _series = new SeriesCollector(_scopes);
        _recorder = options.RecordTo is { } path ? new IsolatedSink("recording", Recorders.Create(path, options, _scopes, Engine.ReportShortfall), _faults.Fail) : null;
        _folder = RecordingFolder.OfEnvironment(options, _scopes) is { } unasked ? new IsolatedSink("recording into TRAINDOCTOR_RECORD", unasked, _faults.Fail) : null;
        var metering = new IsolatedSink("metering", meter, _faults.Fail);
        var tap = options.Tap?.Invoke(_scopes) is { } further ? new IsolatedSink("the further taker of measurements", further, _faults.Fail) : null;
        var sinks = new IMeasurementSink?[] { _recorder, _folder, Engine, _series, metering, tap };
        _sink = new CompositeSink([.. sinks.OfType<IMeasurementSink>()]);
        var output = new LayerProbe(new LayerDescription { Path = OutputScope, TypeName = model.GetType().Name, Kind = LayerKind.Other }, _scopes.Intern(ScopeKind.Layer, OutputScope));
        var gradients = options.MeasuresActivationGradients ? new ActivationGradients(_readback, options.ForceDevicePath) : null;
        _watch = new ForwardWatch(model, output, _state, _clock, _readback, options.ForceDevicePath, gradients, _run.Loss, _faults, _observe);
        _parameters = new ParameterProbes(model, _scopes, _readback, options.ForceDevicePath, _faults.Fail);
        try
        {
            _run = _run with { Places = _places.Known, Model = _attachment.HookLayers(model, _run.Model!, _scopes, OnLayer) };
            _attachment.HookModel(model, OnModel);
            _attachment.HookBeginning(model, OnBeginning);
            _attachment.HookLoss(options.Loss, _watch.OnCompared);
            if (options.SeesForwardCalls)
            {
                _faults.Run("seeing forward calls", () => _attachment.PlaceStandIns(model));
            }

            _distributions = new DistributionSchedule(_parameters.Names, [.. _attachment.Layers.Select(layer => layer.Path), OutputScope]);
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

    /// <summary>Gets a value indicating whether the run has ended.</summary>
    public bool IsOver => _state.IsOver;

    public LayerCoverage Coverage
    {
        get
        {
            lock (_state.Gate)
            {
                string[] fired = [.. _attachment.Layers.Where(layer => layer.Calls > 0).Select(layer => layer.Path)];
                string[] leaves = [.. _run.Model!.Leaves.Select(leaf => leaf.Path)];
                return new LayerCoverage(leaves.Length, _attachment.Layers.Count, fired.Length, [.. leaves.Except(fired)]);
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

    /// <summary>Runs a part of the monitor; one that throws is reported and tried again later, and training goes on.</summary>
    public void Guarded(string what, Action action) => _faults.Run(what, action);

    /// <summary>Keeps the gradients as they are now, for the step that ends next.</summary>
    public void BeforeStep()
    {
        lock (_state.Gate)
        {
            if (_state.IsSampled)
            {
                _parameters.KeepGradients(_state.Step);
            }
        }
    }

    public void Step(double loss, Tensor? target)
    {
        long started = Stopwatch.GetTimestamp();
        lock (_state.Gate)
        {
            try
            {
                _faults.Run("timing steps", _resources.StepEnded);
                Observe(Metric.Loss, ScopeTable.Run, loss);
                if (_options.Optimizer is { } optimizer)
                {
                    _faults.Run("reading the learning rate", () => Observe(Metric.LearningRate, ScopeTable.Run, optimizer.ParamGroups.First().LearningRate));
                }

                _clock.Observe(_state.Step, loss);
                if (_state.IsSampled)
                {
                    MeasureStep(loss, target);
                }

                _lossBefore = loss;
            }
            finally
            {
                // Whatever failed of it: the step was taken, and the next is another.
                EndStep();
            }
        }

        _clock.Spend(started);
        _resources.Resume();
    }

    /// <summary>Passes over a step of which nothing can be told: it is none, and what was seen of it counts to no other.</summary>
    public void Skip()
    {
        lock (_state.Gate)
        {
            _watch.EndStep();
            if (_state.IsSampled)
            {
                _parameters.Remember(_state.Step - 1);
            }
        }
    }

    /// <summary>Notes where in the source the run is told of something: once for each kind.</summary>
    public void Note(SourceRole what, string? file, int line) => _places.Add(what, file, line);

    /// <summary>Tells of findings that opened; to be called without any lock.</summary>
    public void Announce() => _announcer.Announce();

    public void Validation(double? loss, double? accuracy, double? error, string? dataset, double? epoch)
    {
        lock (_state.Gate)
        {
            _resources.Interrupt();
            int scope = dataset is null ? ScopeTable.Run : _scopes.Intern(ScopeKind.Dataset, dataset);
            ObserveBetween(Metric.Epoch, ScopeTable.Run, epoch);
            ObserveBetween(Metric.ValidationLoss, scope, loss);
            ObserveBetween(Metric.ValidationAccuracy, scope, accuracy);
            ObserveBetween(Metric.ValidationError, scope, error);
            ObserveBetween(Metric.ValidationOverlap, ScopeTable.Run, _watch.Evaluation.TakeOverlap());
            _watch.Evaluation.Compare((metric, value) => ObserveBetween(metric, ScopeTable.Run, value));
            _watch.LookAtEvaluation((metric, value) => ObserveBetween(metric, _scopes.Intern(ScopeKind.Layer, OutputScope), value));
            foreach (var probe in _attachment.Layers)
            {
                ObserveBetween(Metric.NormalizationStartShare, probe.Scope, probe.StartShare);
            }

            foreach (var probe in _attachment.Layers.Where(layer => layer.ModeInEvaluation is not null))
            {
                ObserveBetween(Metric.ValidationTrainingMode, probe.Scope, probe.ModeInEvaluation == true ? 1 : 0);
                probe.ModeInEvaluation = null;
            }
        }
    }

    /// <summary>Takes a number that belongs to the run as a whole and is told between steps.</summary>
    public void Tell(Metric metric, double value)
    {
        lock (_state.Gate)
        {
            ObserveBetween(metric, ScopeTable.Run, value);
        }
    }

    /// <summary>Takes a number that is told by name.</summary>
    /// <exception cref="ArgumentException">Nobody calls anything so.</exception>
    public void Report(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (ReportedNumber.Find(name, _options.Task) is not { } number)
        {
            throw new ArgumentException($"'{name}' is no known number; did you mean {NearestName.Suggest(name, MetricCatalog.All.Where(info => info.Scope == ScopeKind.Run).Select(info => info.Name))}?", nameof(name));
        }

        lock (_state.Gate)
        {
            ObserveBetween(number.Metric, number.Part.Length == 0 ? ScopeTable.Run : _scopes.Intern(number.Scope, number.Part), number.Measured(value));
        }
    }

    /// <summary>Ends the run: nothing more is measured.</summary>
    public void End()
    {
        lock (_state.Gate)
        {
            if (_state.IsOver)
            {
                return;
            }

            _state.IsOver = true;

            // What never fired is said in numbers too, so that a replay judges the same.
            if (_state.Step > 0)
            {
                foreach (var probe in _attachment.Layers)
                {
                    ObserveBetween(Metric.CallCount, probe.Scope, probe.Calls);
                }
            }

            // Only when the rules have said all is it known which lines somebody will ask for, and they must be in the recording.
            _faults.Run("ending the rules", Engine.Close);
            _faults.Run("finding lines of the source", () =>
            {
                if (_places.Search())
                {
                    _run = _run with { Places = _places.Known };
                    _sink.Update(_run);
                }
            });
            _duration = Stopwatch.GetElapsedTime(_started);
            _faults.Run("ending the run", _sink.Complete);
            _faults.Run("taking the hooks off", _attachment.Dispose);
        }
    }

    /// <summary>Makes the report of the run, once it has ended.</summary>
    public DiagnosisReport Report() => DiagnosisReport.Create(Engine.Diagnose(), _series, _duration);

    public void Dispose()
    {
        lock (_state.Gate)
        {
            _attachment.Dispose();
            _parameters.Dispose();
            _watch.Dispose();
            _readback.Dispose();
            _recorder?.Dispose();
            _folder?.Dispose();
        }
    }

    /// <summary>Devices of NVIDIA alone tell of themselves, and their driver is not asked for a model in main memory.</summary>
    private static Func<NvidiaDevice?>? DeviceOf(nn.Module model) =>
        model.parameters().FirstOrDefault()?.device is { type: TorchSharp.DeviceType.CUDA } device ? () => NvidiaDevice.Find(Math.Max(0, device.index)) : null;

    private static RunDescription Describe(nn.Module model, TrainingMonitorOptions options) => new()
    {
        Name = options.Name ?? RunName.Of(options.RecordTo, model.GetType().Name, TimeProvider.System.GetLocalNow()),
        Source = "live",
        Framework = "torchsharp",
        Path = options.RecordTo is { } path && !PushAddress.IsAddress(path) ? path : null,
        Task = options.Task,
        Commit = GitCommit.Of(Environment.CurrentDirectory),
        Device = model.parameters().FirstOrDefault()?.device.ToString(),
        StartedAt = DateTimeOffset.UtcNow,
        Model = ModelInspector.Describe(model, options.Optimizer),
        Optimizer = options.Optimizer is { } optimizer ? OptimizerInspector.Describe(optimizer, model) : null,
        Loss = options.Loss is { } loss ? LossInspector.Describe(loss) is var described && options.WeighsClasses ? described with { HasClassWeights = true } : described : null,
    };

    private void MeasureStep(double loss, Tensor? target)
    {
        if (target is not null)
        {
            _watch.MeasureTarget(target);
        }

        _watch.Compare(loss, _lossBefore, target);

        _parameters.Measure(_state.Step);
        _watch.MeasureGradients();
        if (_readback.HasParts)
        {
            _faults.Run("reading devices back", _readback.Fetch);
        }

        _watch.Report();
        _parameters.Report(_state.Step, _run.Optimizer?.WeightDecay, _observe);
        if (_recorder is { } recorder && recorder.WantsHistograms(_state.Step))
        {
            _parameters.ReportHistograms(_state.Step, recorder);
        }

        if (_state.IsCounted)
        {
            _faults.Run("counting distributions", TakeDistributions);
        }

        foreach (var probe in _attachment.Layers)
        {
            if (probe.ModeInTraining is { } training)
            {
                Observe(Metric.TrainingMode, probe.Scope, training ? 1 : 0);
                probe.ModeInTraining = null;
            }

            if (target is not null && probe.IsAxisSwapped(target) is { } swapped)
            {
                Observe(Metric.SequenceAxisSwapped, probe.Scope, swapped ? 1 : 0);
            }
        }
    }

    private void TakeDistributions()
    {
        long step = _state.Step;
        _distributions.Took(step);
        _parameters.ReportHistograms(step, new DistributionTaker(step, _sink), _distributions.Wants);
        _watch.ReportDistributions((layer, histogram) =>
        {
            if (_distributions.Wants(layer))
            {
                _sink.Observe(histogram.ToDistribution(DistributionKind.Outputs, layer, step));
            }
        });
    }

    private void OnLayer(LayerProbe probe, nn.Module module, object? input, object? result)
    {
        if (!_state.IsAside)
        {
            _resources.OnCall();
        }

        _watch.OnLayer(probe, module, input, result);
    }

    private void OnBeginning()
    {
        if (!_state.IsAside)
        {
            _resources.OnCall();
        }
    }

    private void OnModel(object? input, object? result)
    {
        if (!_state.IsAside)
        {
            _resources.OnCall();
        }

        _watch.OnModel(input, result);
    }

    private void EndStep()
    {
        _watch.EndStep();
        _state.Step++;
        _state.IsSampled = _clock.Wants(_state.Step);
        _state.IsCounted = _state.IsSampled && _distributions.Wants(_state.Step);
        if (_state.IsSampled)
        {
            _parameters.Remember(_state.Step - 1);
        }
    }

    private void Observe(Metric metric, int scope, double value)
    {
        if (metric == Metric.BatchSize)
        {
            _resources.BatchSize = value;
        }

        _sink.Observe(new Measurement(_state.Step, metric, scope, value));
    }

    /// <summary>Observes what belongs to the last step taken, unless the next has begun already: steps never decrease.</summary>
    private void ObserveBetween(Metric metric, int scope, double? value)
    {
        if (value is { } number)
        {
            long step = _watch.HasBegun ? _state.Step : Math.Max(0, _state.Step - 1);
            _sink.Observe(new Measurement(step, metric, scope, number));
        }
    }

    private void OnFindingOpened(Finding finding)
    {
        _places.Want(finding);
        _distributions.Choose(finding.Layers);
        if (finding.Severity >= Severity.Warning)
        {
            _clock.Alarm(_state.Step);
        }

        // A rule whose wording fails is still told of by its title.
        var headline = finding.Title;
        _faults.Run("wording findings", () => headline = Headline.Of(finding, Engine.Facts));
        _announcer.Add(finding, headline);
    }

    /// <summary>Makes distributions of what parameters count.</summary>
    private sealed class DistributionTaker(long step, IMeasurementSink sink) : IHistogramSink
    {
        public bool WantsHistograms(long step) => true;

        public void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient)
        {
            sink.Observe(values.ToDistribution(DistributionKind.Weights, parameter, step));
            if (gradient is not null)
            {
                sink.Observe(gradient.ToDistribution(DistributionKind.Gradients, parameter, step));
            }
        }
    }
}
