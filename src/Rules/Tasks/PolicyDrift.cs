using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9003: the policy has gone far from its reference, or too far in one update.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PolicyDrift(PolicyDriftOptions options) : TaskRule<PolicyDriftOptions>(options)
{
    private const string Leap = "leap";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9003",
        Name = "policy-drift",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The policy has gone far from its reference, or too far in one update.",
        Explanation = $"The divergence from the reference is judged where it stays, not by single values: the rule fires when it explodes, when it stays beyond what a policy needs to earn its reward, or when it grows while the reward is lost. "
            + $"The divergence between updates counts where it stays high, or leaps while the reward falls.",
        Why = $"Far from its reference a policy answers in a way that no reward was ever checked for, and comes back only from a checkpoint.",
        Inputs = [Metric.ReferenceDivergence, Metric.SequenceDivergence, Metric.UpdateDivergence, Metric.Reward],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.WeakPolicyConstraint],
        Remedies =
        [
            new($"Lower the learning rate, and go back to a checkpoint before the drift.", $"The policy moves too far within an update."),
            new($"Raise the weight of the divergence (beta, kl_loss_coef, init_kl_coef).", $"Answers far from the reference must earn more."),
            new($"End updates by target_kl, or sync the reference (sync_ref_model) where drift is wanted.", $"Clipping does not limit the sum of many passes."),
        ],
        Sources = [TaskRemedies.Sources.Trl, TaskRemedies.Sources.Overoptimization, TaskRemedies.Sources.Details],
        Limitations = $"Without a weight on the divergence (beta = 0) it may grow in health; the reward decides then. The divergence of whole answers grows with their length.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isLeap = symptom.Variant == Leap;
        double level = isLeap ? symptom.Evidence[0].Value : symptom.Values["level"];
        return new Diagnosis(
            isLeap ? (Text)$"One update moved the policy too far" : $"The policy has drifted from its reference",
            isLeap
                ? (Text)$"The divergence between updates reached {level:G4} at step {symptom.Evidence[0].Step}, against a median of {symptom.Values["usual"]:G4}; the run was watched until step {symptom.LastStep}."
                : $"The divergence, {symptom.Values["start"]:G4} in the beginning, had a level of {level:G4} from step {symptom.FirstStep} on and a largest value of {symptom.Values["largest"]:G4}; the last one was measured at step {symptom.LastStep}.",
            [new(Cause.LearningRateTooHigh, level > Options.Explosion ? 0.7 : 0.5), new(Cause.WeakPolicyConstraint, level > Options.Explosion ? 0.2 : 0.4)],
            isLeap ? [TaskRemedies.TargetDivergence, TaskRemedies.SmallerSteps] : [TaskRemedies.SmallerSteps, TaskRemedies.HoldCloser]);
    }

    internal override Text? WhyNotJudged(RunFacts facts)
    {
        if (facts.Has(Metric.ReconstructionLoss) && !facts.Has(Metric.Reward))
        {
            return $"the divergence is that of a latent from its prior, beside a reconstruction";
        }

        long count = new[] { Metric.ReferenceDivergence, Metric.SequenceDivergence, Metric.UpdateDivergence }.Max(metric => facts.Of(metric)?.Count ?? 0);
        return count >= Options.MinimumSamples ? null : (Text)$"needs {Options.MinimumSamples} values of a divergence of the policy, had {count}";
    }

    internal override Symptom? Judge(RunFacts facts) =>
        OfReference(facts, Metric.ReferenceDivergence, Options.Level, Options.Explosion)
        ?? OfReference(facts, Metric.SequenceDivergence, Options.SequenceLevel, 100 * Options.Explosion)
        ?? OfUpdates(facts);

    private Symptom? OfReference(RunFacts facts, Metric metric, double high, double explosion)
    {
        if (facts.Of(metric) is not { } summary || facts.Series(metric) is not { } series || series.BlockCount < 4)
        {
            return null;
        }

        var reward = RewardCourse.Of(facts);
        var (share, first) = series.Longest(value => value > high);
        double last = series.MeanOf(0.85, 1);
        double middle = series.MeanOf(0.25, 0.5);
        bool explodes = summary.NonFiniteCount > 0 || summary.Maximum > explosion;
        bool isFar = share >= Options.Share && (reward is not { IsWon: true } || series.MedianOf(0.75, 1) > 5 * high);
        bool grows = last > Options.Growth * middle && last > high / 4 && reward is { } course && ((course.HasFallen && course.Lost > 0.2) || (course.TrendT < -4 && !course.HasGained));
        if (!explodes && !isFar && !grows)
        {
            return null;
        }

        int from = isFar ? first : explodes ? 0 : series.BlockCount / 2;
        double level = isFar ? series.MeanOf((double)first / series.BlockCount, share + ((double)first / series.BlockCount)) : last;
        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = explodes ? 0.95 : 0.8,
            FirstStep = series.Steps[from],
            LastStep = series.LastStep,
            Evidence = [isFar || grows ? new Evidence("divergence_level", null, series.LastStep, level, isFar ? high : Options.Growth * middle, ">")
                : summary.Maximum > explosion ? new Evidence(MetricCatalog.NameOf(metric), null, summary.MaximumStep, summary.Maximum, explosion, ">")
                : new Evidence("non_finite_divergences", null, summary.FirstNonFiniteStep, summary.NonFiniteCount, 0, ">")],
            Values = { ["start"] = series.MeanOf(0, 0.05), ["largest"] = summary.Maximum, ["level"] = level },
        };
    }

    private Symptom? OfUpdates(RunFacts facts)
    {
        if (facts.Of(Metric.UpdateDivergence) is not { } summary || facts.Series(Metric.UpdateDivergence) is not { } series || series.BlockCount < 8)
        {
            return null;
        }

        var reward = RewardCourse.Of(facts);
        double usual = series.MedianOf(0, 1);
        double late = series.MedianOf(0.5, 1);
        bool stays = late > Options.UpdateLevel || (late > Options.UpdateLevel / 2 && reward is { HasFallen: true, Lost: > 0.3 });
        bool leaps = summary.Maximum > Options.UpdateLevel / 2 && summary.Maximum > Options.Leap * usual && facts.Series(Metric.Reward) is { } rewards && FallsAfter(rewards, summary.MaximumStep);
        if (!stays && !leaps)
        {
            return null;
        }

        bool isIll = stays || reward is { HasFallen: true, Lost: > 0.5 } || summary.Maximum > Options.Explosion;
        return new Symptom
        {
            Severity = isIll ? Severity.Warning : Severity.Info,
            Confidence = isIll ? 0.75 : 0.5,
            Variant = Leap,
            FirstStep = summary.MaximumStep,
            LastStep = series.LastStep,
            Evidence = [new Evidence(MetricCatalog.NameOf(Metric.UpdateDivergence), null, summary.MaximumStep, summary.Maximum, Options.UpdateLevel / 2, ">")],
            Values = { ["usual"] = usual },
        };
    }

    /// <summary>Tells whether the reward is clearly lower right after a step than right before it.</summary>
    private static bool FallsAfter(CompactedSeries rewards, long step)
    {
        int at = 0;
        while (at + 1 < rewards.BlockCount && rewards.Steps[at + 1] <= step)
        {
            at++;
        }

        double before = at > 0 ? rewards.Means[at - 1] : double.NaN;
        double after = Math.Min(rewards.Means[at], at + 1 < rewards.BlockCount ? rewards.Means[at + 1] : double.PositiveInfinity);
        return before - after > 3 * Math.Max(rewards.BlockNoiseOf(0, 1), rewards.Noise / Math.Sqrt(rewards.Stride));
    }
}

/// <summary>Thresholds of <see cref="PolicyDrift"/>.</summary>
public sealed class PolicyDriftOptions
{
    /// <summary>Gets or sets how many divergences are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the divergence from the reference, per token, that a policy that still earns its reward stays below, in nats.</summary>
    /// <value>The default is 2: healthy runs stay below 0.1 with single values up to 1; bounds 0 to 1000.</value>
    [Range(0.0, 1000.0)]
    public double Level { get; set; } = 2;

    /// <summary>Gets or sets the divergence from the reference, summed over an answer, that a policy stays below, in nats.</summary>
    /// <value>The default is 40; TRL names 0 to 10 for runs that go well; bounds 0 to 100000.</value>
    [Range(0.0, 1e5)]
    public double SequenceLevel { get; set; } = 40;

    /// <summary>Gets or sets the divergence, per token, of which a single value is an explosion, in nats.</summary>
    /// <value>The default is 100: less than one answer in e to the hundredth would be the reference's; bounds 1 to 1e9.</value>
    [Range(1.0, 1e9)]
    public double Explosion { get; set; } = 100;

    /// <summary>Gets or sets the share of the run for which the divergence must stay.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.1;

    /// <summary>Gets or sets how many times its level before the middle the divergence must have while the reward is lost.</summary>
    /// <value>The default is 5; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double Growth { get; set; } = 5;

    /// <summary>Gets or sets the divergence between updates that must not stay, in nats.</summary>
    /// <value>The default is 0.2, ten times the usual 0.02; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double UpdateLevel { get; set; } = 0.2;

    /// <summary>Gets or sets how many times its median a single divergence between updates must have to be a leap.</summary>
    /// <value>The default is 8; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double Leap { get; set; } = 8;
}
