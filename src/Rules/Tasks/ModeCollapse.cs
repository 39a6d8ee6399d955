using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9013: a generator's samples are all alike.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ModeCollapse(ModeCollapseOptions options) : TaskRule<ModeCollapseOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9013",
        Name = "mode-collapse",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"A generator's samples are all alike.",
        Explanation = $"Losses do not show it: the rule needs a measure of how samples differ, told by monitor.Report(\"sample_spread\", value) or logged (diversity, pairwise distance, number of modes). It fires when the last quarter keeps a small share of the best that there was.",
        Why = $"The generator has found a few samples that pass; the rest of the distribution is lost.",
        Inputs = [Metric.SampleSpread],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnbalancedNetworks, Cause.LearningRateTooHigh, Cause.MissingRegularization],
        Remedies =
        [
            new($"Let the discriminator see batches as a whole (minibatch discrimination, or a layer of batch deviation).", $"Samples that are alike then give themselves away."),
            new($"Penalise the discriminator's gradient, or take a Wasserstein loss.", $"A smooth critic pulls samples towards all of the data."),
            new($"Lower the generator's learning rate (two time scales).", $"It then cannot run to one place before the discriminator knows it."),
        ],
        Sources = ["Salimans et al. 2016, Improved techniques for training GANs, arXiv 1606.03498", TaskRemedies.Sources.GradientPenalty, TaskRemedies.Sources.TwoTimeScales],
        Limitations = $"Early samples are noise and differ much: what is measured should compare samples, as pictures do, by more than their pixels where it can.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"The samples are all alike",
            $"The spread of samples, {symptom.Values["best"]:G3} at its best, had a level of {symptom.Evidence[0].Value:G3} in the last quarter of the run, until step {symptom.LastStep}.",
            [new(Cause.UnbalancedNetworks, 0.5), new(Cause.LearningRateTooHigh, 0.3), new(Cause.MissingRegularization, 0.15)],
            [
                new Remedy
                {
                    Title = $"Give the generator a quarter of its learning rate",
                    Actions = [TaskRemedies.Setting("generator_lr", factor: 0.25)],
                    Rationale = $"A generator that runs to one place before the discriminator knows it wins there, and only there. Leave the learning rate of the discriminator.",
                    Sources = [TaskRemedies.Sources.TwoTimeScales],
                },
                new Remedy
                {
                    Title = $"Give the discriminator the deviation over the batch as one more feature",
                    Actions = [TaskRemedies.Setting("minibatch_stddev", value: 1)],
                    Rationale = $"Samples that are alike then give themselves away.",
                    Sources = ["Karras et al. 2017, Progressive growing of GANs, arXiv 1710.10196"],
                },
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.SampleSpread, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.SampleSpread)!;
        double best = series.Best(Math.Max(1, series.BlockCount / 10), -1).Mean;
        double end = series.MedianOf(0.75, 1);
        return !(best > 0) || end >= Options.Share * best ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.8,
            FirstStep = series.StepAt(0.75),
            LastStep = series.LastStep,
            Evidence = [new Evidence("spread_level", null, series.LastStep, end, Options.Share * best, "<")],
            Values = { ["best"] = best },
        };
    }
}

/// <summary>Thresholds of <see cref="ModeCollapse"/>.</summary>
public sealed class ModeCollapseOptions
{
    /// <summary>Gets or sets how many spreads are needed.</summary>
    /// <value>The default is 8; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 8;

    /// <summary>Gets or sets the share of the best spread below which samples are all alike.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.2;
}
