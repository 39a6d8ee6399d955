using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Distribution;

/// <summary>TD8002: one rank is persistently late.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class StragglingRank(StragglingRankOptions options) : Rule<StragglingRankOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8002",
        Name = "straggling-rank",
        Category = RuleCategory.Distribution,
        Severity = Severity.Warning,
        Summary = $"One rank of a distributed run is persistently late.",
        Explanation = $"The time of each step is compared with the lower median of all ranks. The rule fires when one rank takes longer than a multiple of it in most steps of a window.",
        Why = $"Synchronous training waits for the slowest rank: one straggler slows all the others.",
        Inputs = [Metric.StepDuration],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataOrder, Cause.BatchTooLarge],
        Remedies =
        [
            new($"Give the rank as much work as the others.", $"Uneven shards or longer samples on one rank make all ranks wait."),
            new($"Look for another load on the rank's machine.", $"Data loading, a hot device or a neighbour's job slow one rank only."),
        ],
        Sources = ["SageMaker Debugger profiler rules: LoadBalancing, StepOutlier"],
        Limitations = $"Measure the time before the ranks wait for each other; behind the all-reduce all of them look equally slow.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        var worst = symptom.Evidence[0];
        return new Diagnosis(
            $"Rank {worst.Layer} takes {worst.Value:F1} times as long as the others",
            $"From step {symptom.FirstStep} to {symptom.LastStep}, rank {worst.Layer} needed more than {worst.Limit:F1} times the ranks' median time in most steps, {worst.Value:F1} times on average.",
            [new(Cause.DataOrder, 0.4), new(Cause.BatchTooLarge, 0.2)],
            [
                new Remedy
                {
                    Title = $"Even out the work of the ranks",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ShuffleData }],
                    Rationale = $"Shards of even size, shuffled over the ranks, give every rank the same work.",
                    Caveat = $"If the shards are even already, look at the machine of rank {worst.Layer}: data loading, temperature, other jobs.",
                    Sources = ["SageMaker Debugger profiler rules: LoadBalancing"],
                },
            ]);
    }

    private sealed class Evaluator(StragglingRankOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly RankValues _durations = new();
        private readonly RankSymptoms _symptoms = new(context, Severity.Warning, "mean_step_duration_ratio", options.MaximumRatio);
        private double[] _lateShare = [];
        private double[] _meanRatio = [];
        private int _steps;

        public override Text? WhyNotEvaluated =>
            _steps >= options.MinimumSteps ? null : (Text)$"needs {options.MinimumSteps} steps timed on at least two ranks, had {_steps}";

        public override void Observe(in Measurement measurement) => _durations.Set(measurement);

        public override void StepCompleted(long step)
        {
            double median = _durations.LowerMedian();
            if (double.IsFinite(median) && median > 0)
            {
                _steps++;
                Array.Resize(ref _lateShare, _durations.Count);
                Array.Resize(ref _meanRatio, _durations.Count);
                for (int rank = 0; rank < _durations.Count; rank++)
                {
                    if (double.IsFinite(_durations[rank]))
                    {
                        Judge(step, rank, _durations[rank] / median);
                    }
                }
            }

            _durations.Clear();
        }

        private void Judge(long step, int rank, double ratio)
        {
            double weight = 1.0 / Math.Min(_steps, options.MinimumSteps);
            _lateShare[rank] += weight * ((ratio > options.MaximumRatio ? 1 : 0) - _lateShare[rank]);
            _meanRatio[rank] += weight * (ratio - _meanRatio[rank]);
            if (_steps >= options.MinimumSteps && _lateShare[rank] >= options.LateShare)
            {
                _symptoms.Extend(_durations.Scope(rank), step, _meanRatio[rank]);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="StragglingRank"/>.</summary>
public sealed class StragglingRankOptions
{
    /// <summary>Gets or sets the multiple of the ranks' median time from which a step counts as late.</summary>
    /// <value>The default is 1.3: thirty of a hundred hours are lost to waiting; at least 1.</value>
    [Range(1.0, 1000.0)]
    public double MaximumRatio { get; set; } = 1.3;

    /// <summary>Gets or sets the share of recent steps that must be late.</summary>
    /// <value>The default is 0.8, so that a single slow checkpoint is no straggler; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LateShare { get; set; } = 0.8;

    /// <summary>Gets or sets how many steps must have been timed; also the window of the recent steps.</summary>
    /// <value>The default is 50; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumSteps { get; set; } = 50;
}
