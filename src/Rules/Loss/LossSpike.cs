using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4006: the loss jumps, and recovers or not.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class LossSpike(LossSpikeOptions options) : Rule<LossSpikeOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4006",
        Name = "loss-spike",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"The loss jumps far out of its noise.",
        Explanation = $"Each loss is compared with the median and the median deviation of those before it. A jump that is over soon is info; "
            + $"a warning is given when the level stays raised after it, when large jumps come again and again, or when most losses after it lay at twice the beginning or more.",
        Why = $"One step threw the weights far away: what was learnt may be lost, and the next jump may end in NaN.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.CorruptData, Cause.NumericOverflow, Cause.BatchTooSmall],
        Remedies =
        [
            new($"Clip the gradient.", $"A single batch then moves the weights no further than any other."),
            new($"Go back to a checkpoint before the jump and lower the learning rate.", $"The state before it was good."),
            new($"Look at the samples of that batch.", $"A damaged or mislabelled sample gives such a gradient."),
        ],
        Sources = [RemedySources.Pascanu, "Lightning SpikeDetection", "Chowdhery et al. 2022, PaLM, section 5.1: skipping batches after spikes"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var peak = symptom.Evidence[0];
        double before = symptom.Values["before"];
        var message = symptom.RecoveredAt is { } recovered
            ? (Text)$"At step {peak.Step} the loss jumped from {before:G4} to {peak.Value:G4}; it was back at step {recovered}. Jumps in the run: {symptom.Values["count"]:F0}."
            : $"At step {peak.Step} the loss jumped from {before:G4} to {peak.Value:G4}; afterwards it stayed at {symptom.Values["after"]:G4}. Jumps in the run: {symptom.Values["count"]:F0}.";
        return new Diagnosis(
            $"The loss jumps to {peak.Value:G4} at step {peak.Step}",
            message,
            [new(Cause.LearningRateTooHigh, 0.5), new(Cause.CorruptData, 0.25), new(Cause.NumericOverflow, 0.1), new(Cause.BatchTooSmall, 0.1)],
            [LearningRateRemedies.Clip(facts), Resume(peak.Step ?? 0), LearningRateRemedies.Lower(facts, 0.5), DataRemedies.Clean()]);
    }

    private static Remedy Resume(long step) => new()
    {
        Title = $"Go back to a checkpoint before step {step} and pass over the batches around it",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ResumeFrom, Step = step }],
        Rationale = $"The weights before the jump were good; the batch that threw them away need not come again.",
        Caveat = $"Without a checkpoint of that time only a new run helps.",
        Code = "model.load(\"before-the-spike.dat\");",
        Sources = ["Chowdhery et al. 2022, PaLM, section 5.1"],
    };

    private sealed class Evaluator(LossSpikeOptions options, RuleContext context) : RuleEvaluator
    {
        /// <summary>One batch may be anything; when most of several losses lie above twice the beginning, the weights were thrown off.</summary>
        private const int SeveralLosses = 5;

        /// <summary>So few losses tell a level that a jump by orders of magnitude leaves.</summary>
        private const int FewLosses = 5;

        /// <summary>No choice of samples makes a batch's loss a hundred times that of an untrained network.</summary>
        private const double HugeMultiple = 100;

        /// <summary>One jump that the run got over is a remark; so many are a run that is not under control.</summary>
        private const int SeveralJumps = 5;
        private const double LargeJump = 5;
        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);
        private readonly RollingMedian _window = new(options.Window);
        private readonly RollingMedian _after = new(options.Window / 2);
        private Symptom? _symptom;
        private double _before;
        private double _tolerance;
        private bool _isRaised;
        private bool _isAboveStart;
        private double _highest = double.NegativeInfinity;

        public override Text? WhyNotEvaluated => _curve.WhyNothingShows;

        public override void Observe(in Measurement measurement)
        {
            double value = measurement.Value;
            if (measurement.Scope != ScopeTable.Run || !double.IsFinite(value))
            {
                return;
            }

            if (_isRaised)
            {
                Follow(measurement);
            }
            else if (_window.Count >= FewLosses && LossCurve.WhyNotMeasurable(context.Run) is null && IsJump(value))
            {
                Open(measurement);
            }
            else if (!IsOffTheLevel(value))
            {
                _window.Add(value);
            }

            _curve.Add(measurement);
            _highest = Math.Max(_highest, value);
        }

        public override void Complete()
        {
            if (_symptom is null)
            {
                return;
            }

            // A jump in the last moments may still be about to recover.
            bool stays = _isRaised && _after.IsFull;
            bool isHuge = _curve.IsPositive && _symptom.Evidence[0].Value > HugeMultiple * Math.Max(Math.Min(_curve.Start, _curve.Series.MedianOf(0, 1 / 3.0)), _symptom.Values["before"]);

            // Single samples and small batches jump in health; what a log tells is a mean.
            bool comesAgain = _curve.IsPositive && context.Run.Log is { LossIsAveraged: true } && _symptom.Values["count"] >= SeveralJumps && _symptom.Evidence[0].Value > LargeJump * _symptom.Values["before"];
            _symptom.Severity = stays || _isAboveStart || isHuge || comesAgain ? Severity.Warning : Severity.Info;
            _symptom.Values["after"] = _after.Count > 0 ? _after.Median : _curve.Series.Last;
        }

        /// <summary>A jump among the first losses, before there are enough to call it one, must not make the level from which later ones are told.</summary>
        private bool IsOffTheLevel(double value) => !_window.IsFull && _window.Count >= FewLosses && _curve.IsPositive && _window.Median is > 0 and var median && value > LargeJump * median;

        private bool IsJump(double value)
        {
            double median = _window.Median;
            if (_curve.IsPositive && median > 0 && value > options.OrdersOfMagnitude * median && value > options.OrdersOfMagnitude * _window.Minimum)
            {
                return true;
            }

            if (!_window.IsFull)
            {
                return false;
            }

            double range = Math.Max(_curve.Series.First, _highest) - median;
            double rise = value - median;

            // The cheap tests first: the deviation costs a sort.
            return rise > options.RiseOverRange * range && rise > _window.Maximum - median + (_window.Maximum - _window.Minimum)
                && (!_curve.IsPositive || value > options.RiseOverLevel * median) && rise > options.Deviations * _window.ComputeDeviation();
        }

        private void Open(in Measurement measurement)
        {
            _before = _window.Median;
            _tolerance = Math.Max(3 * _window.ComputeDeviation(), 0.05 * Math.Max(0, _curve.Start - _before));
            _isRaised = true;
            if (_symptom is null)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Info,
                    Confidence = 0.85,
                    FirstStep = measurement.Step,
                    Evidence = [ToEvidence(measurement)],
                    Values = { ["before"] = _before, ["after"] = measurement.Value, ["count"] = 0 },
                });
            }
            else if (measurement.Value - _before > _symptom.Evidence[0].Value - _symptom.Values["before"])
            {
                Take(measurement);
            }

            _symptom.Values["count"]++;
            _symptom.RecoveredAt = null;
            _symptom.LastStep = measurement.Step;
        }

        private void Follow(in Measurement measurement)
        {
            _after.Add(measurement.Value);
            if (measurement.Value > _symptom!.Evidence[0].Value)
            {
                Take(measurement);
            }

            _isAboveStart |= _curve.IsPositive && _after.Count >= SeveralLosses && _after.Median > 2 * _curve.Start;

            // Whether it has come back, half a window tells; until then it has not.
            _symptom.LastStep = measurement.Step;

            // Half a window near the old level: it has come back.
            if (_after.IsFull && _after.Median <= _before + _tolerance)
            {
                _isRaised = false;
                _symptom.RecoveredAt = measurement.Step;
            }
        }

        private void Take(in Measurement measurement)
        {
            _symptom!.Evidence[0] = ToEvidence(measurement);
            _symptom.Values["before"] = _before;
        }

        private Evidence ToEvidence(in Measurement measurement) => new("loss", null, measurement.Step, measurement.Value, measurement.Value > _before + _tolerance ? _before + _tolerance : null, ">");
    }
}

/// <summary>Thresholds of <see cref="LossSpike"/>.</summary>
public sealed class LossSpikeOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 40; at least 20.</value>
    [Range(20, int.MaxValue)]
    public int MinimumSamples { get; set; } = 40;

    /// <summary>Gets or sets with how many losses before it a loss is compared.</summary>
    /// <value>The default is 32, three times the 10 of Lightning's SpikeDetection: their deviation is needed too; bounds 8 to 512.</value>
    [Range(8, 512)]
    public int Window { get; set; } = 32;

    /// <summary>Gets or sets how many standard deviations a jump must measure.</summary>
    /// <value>The default is 10; bounds 3 to 1000.</value>
    [Range(3.0, 1000.0)]
    public double Deviations { get; set; } = 10;

    /// <summary>Gets or sets how many times the level a jump must reach.</summary>
    /// <value>The default is 2, as in Lightning's SpikeDetection; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double RiseOverLevel { get; set; } = 2;

    /// <summary>Gets or sets how many times the level a jump must reach that a handful of losses before it is enough to judge.</summary>
    /// <value>The default is 1000; bounds 10 to 1000000.</value>
    [Range(10.0, 1e6)]
    public double OrdersOfMagnitude { get; set; } = 1000;

    /// <summary>Gets or sets the share of what the loss has fallen since it was highest that a jump must give back.</summary>
    /// <value>The default is 0.1; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double RiseOverRange { get; set; } = 0.1;
}
