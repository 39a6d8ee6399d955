using System.Diagnostics;
using TorchSharp;
using TrainingDoctor.Models;
using TrainingDoctor.Monitoring;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>One preflight: takes one step under a monitor, tries what only a preflight may, puts everything back, and lets the rules judge.</summary>
/// <param name="program">The program.</param>
/// <param name="options">How to look at it.</param>
internal sealed class PreflightRun(PreflightProgram program, PreflightOptions options)
{
    private const int StepsOfBatch = 5;
    private static readonly Metric[] OfBatch =
    [
        Metric.InputMean, Metric.InputStandardDeviation, Metric.InputAbsoluteMaximum, Metric.InputNonFiniteCount, Metric.InputConstantFraction, Metric.InputFeatureScaleRatio,
        Metric.TargetMean, Metric.TargetStandardDeviation, Metric.TargetMinimum, Metric.TargetMaximum, Metric.TargetNonFiniteCount, Metric.TargetInvalidCount, Metric.TargetBroadcast,
    ];

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Measurement> _measurements = [];
    private readonly Dictionary<string, string> _leftOut = [];
    private readonly List<(string Part, Exception Fault)> _faults = [];
    private ScopeTable _scopes = new();
    private RunDescription _run = new();
    private PreflightDescription _description = new();

    /// <summary>Looks, and reports.</summary>
    public DiagnosisReport Complete()
    {
        using (var batch = program.Input.clone())
        using (var scope = NewDisposeScope())
        using (var state = new ModelState(program.Model))
        {
            if (Failure(out var calls) is { } failure)
            {
                _description = SetupInspector.Describe(program, Describe(), calls) with { FailedAt = failure.At, Failure = failure.Fault.Message.Split('\n')[0] };
            }
            else
            {
                _description = SetupInspector.Describe(program, Describe(), calls);
                calls?.Dispose();
                state.Rewind();
                Try("one step", MeasureStep);
                state.Rewind();
                Try("evaluations", MeasureEvaluations);
                int samples = options.BatchDimension ?? SampleAxis.BySize(program.Input, program.Target);
                Try("exchanged samples", () => samples = MeasureSamples(samples));
                Try("exchanged answers", () => Observe(Metric.AnswerLeakage, new AnswerProbe(program).Look(samples)));
                Try("learning by heart", () => MeasureLearning(samples, state));
            }
        }

        return Judge();
    }

    /// <summary>Runs the program once as it is; what it throws is a finding.</summary>
    private (string At, Exception Fault)? Failure(out LayerOutputs? calls)
    {
        calls = null;
        string at = "forward";
        try
        {
            program.Model.train();
            Tensor? output = null;
            using var own = program.Input.clone();
            calls = LayerOutputs.During(program.Model, () => output = program.Forward(own));
            at = "loss";
            var loss = program.Loss(output!, program.Target);
            if (loss.NumberOfElements != 1)
            {
                throw new ArgumentException($"The loss has {loss.NumberOfElements} values; one was expected.");
            }

            at = "backward";
            loss.backward();
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (at, exception);
        }
    }

    private void MeasureStep()
    {
        var collector = new Collector(this);
        var monitored = new TrainingMonitorOptions
        {
            Name = options.Name,
            Task = options.Task,
            Optimizer = program.Optimizer,
            Loss = program.Criterion,
            Rules = RuleSet.Of([]),
            Tap = scopes =>
            {
                _scopes = scopes;
                return collector;
            },
        };
        using var session = new MonitorSession(program.Model, monitored, new SourcePlaces(program.Model, monitored, file: null, line: 0));
        program.Model.train();
        using var own = program.Input.clone();
        using var output = program.Forward(own);
        using var loss = program.Loss(output, program.Target);
        loss.backward();
        session.Step(loss.to_type(ScalarType.Float64).item<double>(), program.Target);
        session.End();
    }

    private void MeasureEvaluations()
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            program.Model.eval();
            using var own = program.Input.clone();
            using var ignored = program.Forward(own);
            _description = _description with { ChangesInput = program.Input.is_floating_point() && !own.eq(program.Input).logical_or(own.isnan()).all().item<bool>() };
        }

        var first = program.Evaluate(program.Input);
        double drift = Movement.Difference(first, program.Evaluate(program.Input));
        Observe(Metric.EvaluationDrift, drift);
        if (!(drift > 1e-4))
        {
            Observe(Metric.EvaluationDifference, Movement.Difference(first, program.Evaluate(program.Input, seed: 1)));
        }
        else
        {
            _leftOut[MetricCatalog.NameOf(Metric.SampleLeakage)] = "the model keeps something from one call to the next";
        }
    }

    /// <summary>Measures how far samples reach; returns the dimension that counts them.</summary>
    private int MeasureSamples(int samples)
    {
        if (_leftOut.ContainsKey(MetricCatalog.NameOf(Metric.SampleLeakage)))
        {
            return samples;
        }

        var probe = new SampleProbe(program);
        var reach = probe.Look(samples);
        if (reach.Leakage > 0 && options.BatchDimension is null && samples == 0 && program.Input.dim() >= 2 && SampleAxis.Time(program.Input, program.Target) is not 1
            && IsOrdered() && probe.Look(1) is { Leakage: 0 } other && program.Target.dim() != 1)
        {
            // As in a program whose batches are time first.
            if (SampleAxis.Time(program.Input, program.Target) is 0)
            {
                (reach, samples) = (other, 1);
            }
            else
            {
                _description = _description with { MayBeTimeFirst = true };
            }
        }

        if (reach.LeftOut is { } reason)
        {
            _leftOut[MetricCatalog.NameOf(Metric.SampleLeakage)] = reason;
        }

        Observe(Metric.InputDependence, reach.Dependence);
        Observe(Metric.SampleLeakage, reach.Leakage);
        foreach (var (path, leakage) in reach.Layers)
        {
            _measurements.Add(new Measurement(0, Metric.SampleLeakage, _scopes.Intern(ScopeKind.Layer, path), leakage));
        }

        return samples;
    }

    private bool IsOrdered() => ModuleWalk.All(program.Model).Select(item => item.module).Append(program.Model).Any(module => LayerKinds.Of(module) is LayerKind.Recurrent or LayerKind.Attention);

    private void MeasureLearning(int samples, ModelState state)
    {
        var probe = new LearningProbe(program, state, options);
        var learnt = probe.Learn(samples);
        string[] names = [.. program.Model.named_parameters().Select(item => item.name)];
        bool[] trainable = [.. program.Model.parameters().Select(parameter => parameter.requires_grad)];
        for (int step = 1; step < probe.GradientsPresent.Count; step++)
        {
            for (int index = 0; index < names.Length; index++)
            {
                if (trainable[index])
                {
                    _measurements.Add(new Measurement(step, Metric.GradientPresent, _scopes.Intern(ScopeKind.Parameter, names[index]), probe.GradientsPresent[step][index] ? 1 : 0));
                }
            }
        }

        // Rules want to see several batches: that of each of these steps is the one that was measured.
        var batch = _measurements.Where(measurement => measurement.Step == 0 && OfBatch.Contains(measurement.Metric)).ToList();
        for (int step = 1; step < Math.Min(StepsOfBatch, probe.GradientsPresent.Count); step++)
        {
            _measurements.AddRange(batch.Select(measurement => new Measurement(step, measurement.Metric, measurement.Scope, measurement.Value)));
        }

        if (learnt is not { } losses)
        {
            _leftOut[MetricCatalog.NameOf(Metric.LearntLoss)] = "learning by heart was left out or did not end in time";
            return;
        }

        int last = Math.Max(options.LearningSteps, probe.GradientsPresent.Count);
        _measurements.Add(new Measurement(last, Metric.BlindLoss, ScopeTable.Run, losses.Blind));
        _measurements.Add(new Measurement(last, Metric.LearntLoss, ScopeTable.Run, losses.Learnt));
    }

    private ModelDescription Describe() => ModelInspector.Describe(program.Model, program.Optimizer);

    private DiagnosisReport Judge()
    {
        var described = _run.Model is not null ? _run : _run with { Name = options.Name ?? program.Model.GetType().Name, Task = options.Task, Model = Describe(), StartedAt = DateTimeOffset.UtcNow };
        var run = described with { Source = "preflight", Path = options.RecordTo, Preflight = _description with { LeftOut = _leftOut } };
        var engine = new RuleEngine(options.Rules, _scopes);
        var series = new SeriesCollector(_scopes);
        using var recorder = options.RecordTo is { } path
            ? new IsolatedSink("recording", Recorders.Create(path, new TrainingMonitorOptions { RecordTo = path }, _scopes, engine.ReportShortfall), (part, fault) => engine.ReportFault(part, fault)) : null;
        var sink = new CompositeSink([.. new IMeasurementSink?[] { recorder, engine, series }.OfType<IMeasurementSink>()]);
        sink.Begin(run);
        foreach (var measurement in _measurements.OrderBy(measurement => measurement.Step))
        {
            sink.Observe(measurement);
        }

        _faults.ForEach(fault => engine.ReportFault(fault.Part, fault.Fault));
        sink.Complete();
        return DiagnosisReport.Create(engine.Diagnose(), series, Stopwatch.GetElapsedTime(_started));
    }

    private void Observe(Metric metric, double? value)
    {
        if (value is { } number)
        {
            _measurements.Add(new Measurement(0, metric, _scopes.Intern(ScopeKind.Layer, MonitorSession.OutputScope), number));
        }
    }

    /// <summary>Runs a probe. One that throws costs itself only.</summary>
    private void Try(string part, Action action)
    {
        try
        {
            using var scope = NewDisposeScope();
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _faults.Add((part, exception));
        }
    }

    /// <summary>Takes what the monitor measures of the one step.</summary>
    private sealed class Collector(PreflightRun owner) : IMeasurementSink
    {
        public void Begin(RunDescription run) => owner._run = run;

        public void Update(RunDescription run) => owner._run = run;

        public void Observe(in Measurement measurement) => owner._measurements.Add(measurement);

        public void Complete()
        {
        }
    }
}
