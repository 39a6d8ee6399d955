using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Distribution;

/// <summary>TD8001: the ranks of one distributed run no longer hold the same weights.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RankDivergence(RankDivergenceOptions options) : Rule<RankDivergenceOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8001",
        Name = "rank-divergence",
        Category = RuleCategory.Distribution,
        Severity = Severity.Error,
        Summary = $"Ranks of one distributed run disagree about the weights.",
        Explanation = $"Data-parallel ranks apply the same averaged gradient to the same weights, so that the norm of all weights must be equal on every rank. "
            + $"The rule compares each rank's norm with the median of the ranks, step by step.",
        Why = $"Ranks that drift apart train different models; what is saved by one of them is not what was measured on the others.",
        Inputs = [Metric.RankWeightNorm],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataOrder, Cause.WrongOptimizerParameters, Cause.CorruptData],
        Remedies =
        [
            new($"Resume all ranks from one checkpoint and broadcast parameters and buffers at the start.", $"Only equal weights stay equal."),
            new($"Average the gradients of every parameter over the ranks.", $"A parameter that is left out moves differently on every rank."),
        ],
        Sources = ["TrainCheck (OSDI 2025): weights that silently diverge between ranks (BLOOM-176B)"],
        Limitations = $"Model-parallel ranks hold different weights by design: do not record their norms as ranks of one run.",
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
            $"Rank {worst.Layer} holds other weights than the rest",
            $"From step {symptom.FirstStep} to {symptom.LastStep} the norm of all weights of {symptom.Layers.Count} rank(s) differed from the median of the ranks by more than {worst.Limit:G3} of it, at most by {worst.Value:G3} on rank {worst.Layer}.",
            [new(Cause.WrongOptimizerParameters, 0.4), new(Cause.DataOrder, 0.3), new(Cause.CorruptData, 0.2)],
            [
                new Remedy
                {
                    Title = $"Resume all ranks from a checkpoint before step {symptom.FirstStep}",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ResumeFrom, Step = symptom.FirstStep }],
                    Rationale = $"Ranks that hold different weights do not come together again by themselves.",
                    Caveat = $"Find what was not averaged over the ranks first, or they part again.",
                    Sources = ["TrainCheck (OSDI 2025)"],
                },
            ]);
    }

    private sealed class Evaluator(RankDivergenceOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly RankValues _norms = new();
        private readonly RankSymptoms _symptoms = new(context, Severity.Error, "rank_weight_norm_difference", options.MaximumDifference);
        private int[] _streaks = [];
        private int _steps;

        public override Text? WhyNotEvaluated =>
            _steps >= options.Patience ? null : (Text)$"needs {options.Patience} steps measured on at least two ranks, had {_steps}";

        public override void Observe(in Measurement measurement) => _norms.Set(measurement);

        public override void StepCompleted(long step)
        {
            double median = _norms.Median();
            if (double.IsFinite(median) && median > 0)
            {
                _steps++;
                Array.Resize(ref _streaks, _norms.Count);
                for (int rank = 0; rank < _norms.Count; rank++)
                {
                    Judge(step, rank, Math.Abs(_norms[rank] - median) / median);
                }
            }

            _norms.Clear();
        }

        private void Judge(long step, int rank, double difference)
        {
            if (!(difference > options.MaximumDifference))
            {
                _streaks[rank] = 0;
                return;
            }

            if (++_streaks[rank] >= options.Patience)
            {
                _symptoms.Extend(_norms.Scope(rank), step, difference);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="RankDivergence"/>.</summary>
public sealed class RankDivergenceOptions
{
    /// <summary>Gets or sets by how much of the ranks' median a rank's weight norm may differ.</summary>
    /// <value>The default is 1e-4: float32 sums in another order differ by about 1e-6, a diverged rank by much more; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumDifference { get; set; } = 1e-4;

    /// <summary>Gets or sets for how many steps in a row it must differ.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;
}
