using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9010: chosen answers become less likely while the margin grows.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class LikelihoodDisplacement(LikelihoodDisplacementOptions options) : TaskRule<LikelihoodDisplacementOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9010",
        Name = "likelihood-displacement",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"Chosen answers become less likely while the margin grows.",
        Explanation = $"Preference losses look at the difference of two log-probabilities only. The rule fires when that of the chosen answers falls for good, by a fifth of its beginning or by twenty nats, while the margin grows: the mass goes to neither of the two. "
            + $"A chosen reward below zero alone is no illness.",
        Why = $"The model unlearns the very answers that it was shown as good; loss, margin and accuracy all look well.",
        Inputs = [Metric.ChosenLogProbability, Metric.RejectedLogProbability, Metric.PreferenceMargin, Metric.ChosenReward],
        RequiredInputs = [Metric.ChosenLogProbability],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss, Cause.LearningRateTooHigh, Cause.TooManyEpochs],
        Remedies =
        [
            new($"Add the likelihood of the chosen answers to the loss (sft in loss_type, before TRL 0.29 rpo_alpha; pref_ftx).", $"Then the chosen answers cannot lose what they gain in the difference."),
            new($"Raise beta, or lower the learning rate.", $"The policy stays nearer to its reference."),
            new($"Leave out pairs whose answers resemble each other.", $"Their common tokens are pushed down with the rejected answer."),
        ],
        Sources = [TaskRemedies.Sources.Displacement, TaskRemedies.Sources.Dpo, "Pal et al. 2024, Smaug: DPO-Positive, arXiv 2402.13228"],
        Limitations = $"It can be benign where answers are long and many are as good; the quality of answers decides.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"Chosen answers become less likely",
            $"The mean log-probability of the chosen answers fell from {symptom.Values["start"]:G4} in the beginning to {symptom.Evidence[0].Value:G4} in the last tenth of the run, until step {symptom.LastStep}, while the margin grew.",
            [new(Cause.WrongLoss, 0.5), new(Cause.LearningRateTooHigh, 0.3), new(Cause.TooManyEpochs, 0.1)],
            [
                new Remedy
                {
                    Title = $"Add the likelihood of the chosen answers to the loss",
                    Actions = [TaskRemedies.Setting("rpo_alpha", value: 1)],
                    Rationale = $"The difference can then not be won by losing both. In TRL it is loss_type = [sigmoid, sft] since 0.29 and rpo_alpha = 1 before, in LLaMA-Factory pref_ftx = 1.",
                    Sources = [TaskRemedies.Sources.Displacement, "Pang et al. 2024, Iterative reasoning preference optimization, arXiv 2404.19733"],
                },
                new Remedy
                {
                    Title = $"Double beta",
                    Actions = [TaskRemedies.Setting("beta", factor: 2)],
                    Rationale = $"A larger beta reaches the same loss at a smaller distance from the reference.",
                    Sources = [TaskRemedies.Sources.Dpo],
                },
                TaskRemedies.SmallerSteps,
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.ChosenLogProbability, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.ChosenLogProbability)!;
        double share = Math.Max(0.05, 2.0 / series.BlockCount);
        double start = series.MeanOf(0, share);
        double end = series.MeanOf(1 - Math.Max(0.1, share), 1);
        double fall = start - end;
        double error = Math.Max(series.BlockNoiseOf(0, 1), series.Noise / Math.Sqrt(series.Stride)) * Math.Sqrt(2 / Math.Max(1, share * series.BlockCount));
        bool widens = facts.Series(Metric.PreferenceMargin) is { } margin ? margin.MeanOf(0.75, 1) > margin.MeanOf(0, 0.1)
            : facts.Series(Metric.RejectedLogProbability) is { } rejected && rejected.MeanOf(0, 0.1) - rejected.MeanOf(0.75, 1) > fall;
        double limit = start - Math.Min(Options.Share * Math.Abs(start), Math.Max(Options.Nats, Options.LeastShare * Math.Abs(start)));
        return end >= limit || fall < 3 * error || !widens ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = fall > Options.Share * Math.Abs(start) ? 0.8 : 0.65,
            FirstStep = series.FirstStep,
            LastStep = series.LastStep,
            Evidence = [new Evidence("chosen_level", null, series.LastStep, end, limit, "<")],
            Values = { ["start"] = start },
        };
    }
}

/// <summary>Thresholds of <see cref="LikelihoodDisplacement"/>.</summary>
public sealed class LikelihoodDisplacementOptions
{
    /// <summary>Gets or sets how many log-probabilities are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of the log-probability at the beginning by which it must fall.</summary>
    /// <value>The default is 0.2: a tenth is common; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Share { get; set; } = 0.2;

    /// <summary>Gets or sets the fall that is enough for long answers, in nats.</summary>
    /// <value>The default is 20: an answer that is e to the twentieth less likely; bounds 0 to 10000.</value>
    [Range(0.0, 1e4)]
    public double Nats { get; set; } = 20;

    /// <summary>Gets or sets the share by which the log-probability of long answers must fall at least.</summary>
    /// <value>The default is 0.08; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastShare { get; set; } = 0.08;
}
