using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9011: nothing is left to learn of the pairs.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PreferenceSaturation(PreferenceSaturationOptions options) : TaskRule<PreferenceSaturationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9011",
        Name = "preference-saturation",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"Nothing is left to learn of the pairs, and the margin goes on growing.",
        Explanation = $"A preference loss begins at 0.69 and an accuracy of a half, and ends at 0.3 to 0.65 in runs that go well. The rule fires when the loss of the second half is next to zero while every pair is told apart and the margin is large.",
        Why = $"The pairs are told apart by something trivial, as length or a word, or were memorised; further steps only widen the margin.",
        Inputs = [Metric.Loss, Metric.Accuracy, Metric.PreferenceMargin],
        RequiredInputs = [Metric.PreferenceMargin],
        Granularity = ScopeKind.Run,
        Causes = [Cause.SeparablePairs, Cause.TooManyEpochs, Cause.LearningRateTooHigh],
        Remedies =
        [
            new($"Look at the pairs: length, language, source. Make them harder.", $"What tells them apart at a glance is what the model learns."),
            new($"Stop earlier, and train for one epoch.", $"Nothing is gained after the loss is gone."),
            new($"Smooth the labels (label_smoothing), or take a loss with a target margin (IPO).", $"Then margins have an end."),
        ],
        Sources = [TaskRemedies.Sources.Dpo, "Azar et al. 2023, A general theoretical paradigm to understand learning from human preferences (IPO), arXiv 2310.12036", "A report of a loss of 0 at margins of 17, https://github.com/huggingface/trl/issues/1236"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"Every pair is told apart",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss had a level of {symptom.Evidence[0].Value:G3}, with a margin of {symptom.Values["margin"]:G3} at the end.",
            [new(Cause.SeparablePairs, 0.6), new(Cause.TooManyEpochs, 0.2), new(Cause.LearningRateTooHigh, 0.1)],
            [
                new Remedy
                {
                    Title = $"Make the pairs harder",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"The model learns what separates the pairs, whatever it is: leave out those that length, language or source tells apart.",
                    Sources = [TaskRemedies.Sources.Dpo],
                },
                new Remedy
                {
                    Title = $"Stop at step {symptom.FirstStep}, or let margins end: label_smoothing = 0.1, loss_type = ipo",
                    Actions = [TaskRemedies.Setting("label_smoothing", value: 0.1)],
                    Rationale = $"A sigmoid loss pays for margins without end, if ever less.",
                    Sources = Metadata.Sources,
                },
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.PreferenceMargin, Options.MinimumSamples) ?? facts.Fewer(Metric.Loss, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var loss = facts.Series(Metric.Loss)!;
        var margin = facts.Series(Metric.PreferenceMargin)!;
        bool isRight = facts.Series(Metric.Accuracy) is not { } accuracy || accuracy.MeanOf(0.75, 1) >= Options.Accuracy;
        double late = margin.MeanOf(0.75, 1);
        return loss.MedianOf(0.75, 1) > Options.Loss || !isRight || late < Options.Margin ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.8,
            FirstStep = loss.Steps[loss.Longest(value => value <= 2 * Options.Loss).First],
            LastStep = loss.LastStep,
            Evidence = [new Evidence("loss_level", null, loss.LastStep, loss.MedianOf(0.75, 1), Options.Loss, "<=")],
            Values = { ["margin"] = late },
        };
    }
}

/// <summary>Thresholds of <see cref="PreferenceSaturation"/>.</summary>
public sealed class PreferenceSaturationOptions
{
    /// <summary>Gets or sets how many losses and margins are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the loss at which nothing is left.</summary>
    /// <value>The default is 0.02; 0.3 is a good end; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Loss { get; set; } = 0.02;

    /// <summary>Gets or sets the accuracy of the last quarter.</summary>
    /// <value>The default is 0.97; 0.65 to 0.85 is a good end; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Accuracy { get; set; } = 0.97;

    /// <summary>Gets or sets the margin of the last quarter.</summary>
    /// <value>The default is 5; up to some units are usual; bounds 0 to 1000.</value>
    [Range(0.0, 1000.0)]
    public double Margin { get; set; } = 5;
}
