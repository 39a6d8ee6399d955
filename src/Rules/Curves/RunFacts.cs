using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor;

/// <summary>What was measured in a run so far, summarised per metric and scope: the evidence from which causes are ranked.</summary>
public sealed class RunFacts
{
    private readonly SeriesSummary[][] _summaries = new SeriesSummary[MetricCatalog.All.Count][];

    internal RunFacts(RunDescription run, ScopeTable scopes)
    {
        Run = run;
        Scopes = scopes;
        Array.Fill(_summaries, []);
    }

    /// <summary>Gets what is known of the run by now.</summary>
    public RunDescription Run { get; internal set; }

    /// <summary>Gets the scopes of the run.</summary>
    public ScopeTable Scopes { get; }

    /// <summary>Gets a value indicating whether the run goes on while it is observed.</summary>
    internal bool IsLive { get; init; }

    /// <summary>Gets the first step that was measured; -1 before any.</summary>
    public long FirstStep { get; private set; } = -1;

    /// <summary>Gets the last step that was measured; -1 before any.</summary>
    public long LastStep { get; private set; } = -1;

    /// <summary>Gets the last step after which a rule was in doubt; -1 before any.</summary>
    internal long DoubtedStep { get; private set; } = -1;

    /// <summary>Gets the number of distinct steps measured.</summary>
    public long StepCount { get; private set; }

    /// <summary>
    /// Gets a value indicating whether the run has come to its planned end; where that is not known, whether it has gone on for epochs. The first lines of a run that still goes on have not.
    /// </summary>
    internal bool HasRunItsCourse => Run.PlannedSteps is > 0 and var planned ? LastStep >= 0.95 * planned
        : Run.Log is null || (Of(Metric.Epoch) is { } epoch && epoch.Last - epoch.First >= 2);

    /// <summary>Gets how many epochs the run had at most, however seldom they were told and whether they count from 0 or 1; 0 where none was told.</summary>
    internal double Epochs => Of(Metric.Epoch) is { } epoch ? Math.Max(epoch.Last, epoch.Last - epoch.First + 1) : 0;

    /// <summary>Gets a value indicating whether a monitor measured the run, live or recorded, so that it is seen from its first step; otherwise a log tells of it.</summary>
    internal bool IsMeasured => Run.Log is null or { Format: "telemetry" };

    /// <summary>Gets the first step at which any metric of NaN counts was positive or any loss or norm not finite; null when there is none.</summary>
    public long? FirstNonFiniteStep { get; private set; }

    /// <summary>Gets the summary of a metric for the run as a whole.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns>Null when it was never measured.</returns>
    public SeriesSummary? Of(Metric metric) => Of(metric, ScopeTable.Run);

    /// <summary>Gets the summary of a metric for one scope.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="scope">The scope's index.</param>
    /// <returns>Null when it was never measured.</returns>
    public SeriesSummary? Of(Metric metric, int scope)
    {
        var summaries = _summaries[(int)metric];
        return scope < summaries.Length && summaries[scope].Count > 0 ? summaries[scope] : null;
    }

    /// <summary>Gets the summary of a metric for a layer or parameter by name.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="name">The layer's path or the parameter's name.</param>
    /// <returns>Null when it was never measured.</returns>
    public SeriesSummary? Of(Metric metric, string name) =>
        Scopes.Find(MetricCatalog.Describe(metric).Scope, name) is { } scope ? Of(metric, scope) : null;

    /// <summary>Gets the summaries of a metric for all scopes that have it, in the order of the scopes.</summary>
    /// <param name="metric">The metric.</param>
    public IEnumerable<(Scope Scope, SeriesSummary Summary)> All(Metric metric)
    {
        var summaries = _summaries[(int)metric];
        for (int scope = 0; scope < summaries.Length; scope++)
        {
            if (summaries[scope].Count > 0)
            {
                yield return (Scopes[scope], summaries[scope]);
            }
        }
    }

    /// <summary>Tells whether a metric was measured in any scope.</summary>
    /// <param name="metric">The metric.</param>
    public bool Has(Metric metric) => _summaries[(int)metric].Length > 0;

    /// <summary>Tells whether a layer was seen at work at least once.</summary>
    /// <param name="layer">The layer's path.</param>
    public bool WasSeen(string layer) => Of(Metric.CallCount, layer) is { Maximum: > 0 } || Of(Metric.CallOrder, layer) is not null || Of(Metric.OutputMean, layer) is not null;

    /// <summary>Gets the training loss over the run, as means of blocks.</summary>
    public CompactedSeries LossSeries => Curves.Loss.Series;

    /// <summary>Gets the curves of the run.</summary>
    internal RunCurves Curves { get; private init; } = new();

    /// <summary>Notes that a rule is in doubt about the step measured last.</summary>
    internal void Doubt() => DoubtedStep = LastStep;

    /// <summary>Returns the facts without the curves, which rules alone look at: of a small run they are more than half of all that is kept, and who keeps thousands of reports needs none of them.</summary>
    /// <returns>Facts that are the same in all else; their <see cref="LossSeries"/> is empty.</returns>
    public RunFacts WithoutCurves() => Copy(RunCurves.None);

    /// <summary>Returns the facts as they are now. The curves, which rules alone look at, stay shared.</summary>
    internal RunFacts Copy() => Copy(Curves);

    private RunFacts Copy(RunCurves curves)
    {
        var copy = new RunFacts(Run, Scopes)
        {
            IsLive = IsLive,
            FirstStep = FirstStep,
            LastStep = LastStep,
            DoubtedStep = DoubtedStep,
            StepCount = StepCount,
            FirstNonFiniteStep = FirstNonFiniteStep,
            Curves = curves,
        };
        for (int metric = 0; metric < _summaries.Length; metric++)
        {
            copy._summaries[metric] = [.. _summaries[metric]];
        }

        return copy;
    }

    internal void Add(in Measurement measurement)
    {
        Curves.Add(measurement);
        if (measurement.Step != LastStep)
        {
            LastStep = measurement.Step;
            StepCount++;
            if (FirstStep < 0)
            {
                FirstStep = measurement.Step;
            }
        }

        ref var summaries = ref _summaries[(int)measurement.Metric];
        if (measurement.Scope >= summaries.Length)
        {
            Array.Resize(ref summaries, Math.Max(measurement.Scope + 1, 2 * summaries.Length));
        }

        summaries[measurement.Scope].Add(measurement.Step, measurement.Value);
        if (FirstNonFiniteStep is null && IsNonFinite(measurement))
        {
            FirstNonFiniteStep = measurement.Step;
        }
    }

    private static bool IsNonFinite(in Measurement measurement) => measurement.Metric switch
    {
        Metric.InputNonFiniteCount or Metric.TargetNonFiniteCount or Metric.OutputNonFiniteCount
            or Metric.GradientNonFiniteCount or Metric.ActivationGradientNonFiniteCount or Metric.WeightNonFiniteCount => measurement.Value > 0,
        Metric.Loss or Metric.GlobalGradientNorm or Metric.GradientNorm or Metric.WeightNorm => !double.IsFinite(measurement.Value),
        _ => false,
    };
}
