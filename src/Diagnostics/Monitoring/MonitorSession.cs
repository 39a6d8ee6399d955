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
    private readonly MonitorSinks _sinks;
    private readonly FaultGuard _faults;
    private readonly FindingAnnouncer _announcer;
    private readonly Attachment _attachment = new();
    private readonly ForwardWatch _watch;
    private readonly ParameterProbes _parameters;
    private readonly DeviceReadback _readback = new();
    private readonly DistributionCounting _distributions;
    private readonly StepMeasuring _measuring;
    private readonly BetweenSteps _between;
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
        _resources = new ResourceMeter((metric, value) => Observe(metric, ScopeTable.Run, value), device: MonitoredRun.DeviceOf(model));
        Engine = new RuleEngine(options.Normal is { } normal ? options.Rules.WithNormal(normal) : options.Rules, _scopes) { IsLive = true };
        _faults = new FaultGuard(Engine, options.Logger);
        _run = MonitoredRun.Describe(model, options);
        var meter = new MonitorMeter(_run.Name);
        _announcer = new FindingAnnouncer(options, meter, _faults);
        Engine.FindingOpened += OnFindingOpened;
        _sinks = new MonitorSinks(options, _scopes, Engine, meter, _faults);
        var output = new LayerProbe(new LayerDescription { Path = OutputScope, TypeName = model.GetType().Name, Kind = LayerKind.Other }, _scopes.Intern(ScopeKind.Layer, OutputScope));
        var backward = new BackwardPass(options.MeasuresActivationGradients ? new ActivationGradients(_readback, options.ForceDevicePath) : null, _faults);
        _watch = new ForwardWatch(model, options.Optimizer, output, _state, _clock, _readback, options.ForceDevicePath, backward, _run.Loss, _faults, _observe);
        _parameters = new ParameterProbes(model, _scopes, _readback, options.ForceDevicePath, _faults.Fail);
        try
        {
            _run = _run with { Places = _places.Known, Model = _attachment.HookLayers(model, _run.Model!, _scopes, _watch.Masks, OnLayer) };
            _attachment.HookModel(model, OnModel);
            _attachment.HookBeginning(model, OnBeginning);
            _attachment.HookLoss(options.Loss, _watch.OnCompared, new TargetLengths(LossInspector.BlankOf(options.Loss), _state, _faults, _observe).OnAligned, new SignLabels(_run.Loss, _state, _faults, _observe).OnLabels);
            _watch.Evaluation.Begin();
            if (options.SeesForwardCalls)
            {
                _faults.Run("seeing forward calls", () => _attachment.PlaceStandIns(model));
            }

            _distributions = new DistributionCounting(_parameters, _watch, [.. _attachment.Layers.Select(layer => layer.Path), OutputScope], _sinks.All);
            _measuring = new StepMeasuring(_state, _parameters, _watch, backward, _attachment, _readback, _distributions, new OptimizerMemory(options.Optimizer, _observe), _sinks.Recorder, _faults, _observe);
            _between = new BetweenSteps(_state, _scopes, _watch, _attachment, _sinks.All, options.Task, () => _sinks.All.Update(_run = _run with { Task = TrainingTask.Reinforcement }));
            _clock.Expect(_attachment.Layers.Count, _run.Model.Parameters.Count, _run.Model.ParameterCount);
            _state.IsCounted = _clock.PaysCounting();
            _sinks.All.Begin(_run);
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
                    _measuring.Measure(loss, _lossBefore, target, _run.Optimizer?.WeightDecay);
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

    /// <summary>Takes what a validation compares.</summary>
    public void Evaluate(Tensor output, Tensor target) => _watch.Evaluation.OnTold(output, target);

    /// <summary>Takes what a validation gave.</summary>
    public void Validation(double? loss, double? accuracy, double? error, string? dataset, double? epoch)
    {
        lock (_state.Gate)
        {
            _resources.Interrupt();
            _between.Validation(loss, accuracy, error, dataset, epoch);
        }
    }

    /// <summary>Takes a number that belongs to the run as a whole and is told between steps.</summary>
    public void Tell(Metric metric, double value)
    {
        lock (_state.Gate)
        {
            _between.Observe(metric, ScopeTable.Run, value);
        }
    }

    /// <summary>Takes a number that is told by name.</summary>
    /// <exception cref="ArgumentException">Nobody calls anything so.</exception>
    public void Report(string name, double value)
    {
        lock (_state.Gate)
        {
            _between.Report(name, value);
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
                    _between.Observe(Metric.CallCount, probe.Scope, probe.Calls);
                }
            }

            // Only when the rules have said all is it known which lines somebody will ask for, and they must be in the recording.
            _faults.Run("ending the rules", Engine.Close);
            _faults.Run("finding lines of the source", () =>
            {
                if (_places.Search())
                {
                    _run = _run with { Places = _places.Known };
                    _sinks.All.Update(_run);
                }
            });
            _duration = Stopwatch.GetElapsedTime(_started);
            _faults.Run("ending the run", _sinks.All.Complete);
            _faults.Run("taking the hooks off", _attachment.Dispose);
        }
    }

    /// <summary>Makes the report of the run, once it has ended.</summary>
    public DiagnosisReport Report() => DiagnosisReport.Create(Engine.Diagnose(), _sinks.Series, _duration);

    public void Dispose()
    {
        lock (_state.Gate)
        {
            _attachment.Dispose();
            _parameters.Dispose();
            _watch.Dispose();
            _readback.Dispose();
            _sinks.Dispose();
        }
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
        _clock.Doubt(Engine.DoubtedStep);
        _state.IsSampled = _clock.Wants(_state.Step);
        _state.IsCounted = _state.IsSampled && _distributions.Wants(_state.Step) && _clock.PaysCounting();
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

        _sinks.All.Observe(new Measurement(_state.Step, metric, scope, value));
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
}
