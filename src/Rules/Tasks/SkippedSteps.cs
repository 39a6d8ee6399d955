using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9016: mixed precision skips most steps.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SkippedSteps(SkippedStepsOptions options) : TaskRule<SkippedStepsOptions>(options)
{
    private const string Counted = "counted";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9016",
        Name = "skipped-steps",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"Mixed precision skips most steps, or its loss scale has sunk to its floor.",
        Explanation = $"The loss scale halves at every overflow and doubles after many steps without one: a saw-tooth is how it works, and a fall in the first steps finds the scale. The rule fires when the scale ends at 1 or less, when it has sunk for the second half of the run without coming back, or when most steps of the last quarter were skipped.",
        Why = $"A step that is skipped changes nothing, and a scale of 1 protects nothing: gradients overflow, or are not numbers.",
        Inputs = [Metric.LossScale, Metric.SkippedSteps],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.NumericOverflow, Cause.LearningRateTooHigh, Cause.CorruptData],
        Remedies =
        [
            new($"Train in bfloat16 (bf16=True), which has the range of float32.", $"Nothing overflows that float32 can hold, and no scale is needed."),
            new($"Find the layer that overflows, and keep it in float32: softmax, norms, exponentials, large logits.", $"A halved scale helps gradients, not activations."),
            new($"Clip the gradient, and lower the learning rate.", $"Overflows that come late come from growth."),
        ],
        Sources = [TaskRemedies.Sources.MixedPrecision, "PyTorch documentation, torch.amp.GradScaler, https://docs.pytorch.org/docs/stable/amp.html", "DeepSpeed documentation, fp16: loss_scale, min_loss_scale, https://www.deepspeed.ai/docs/config-json/"],
        Limitations = $"A scale of 1 from the first step on is one that was not used.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            symptom.Variant == Counted ? (Text)$"Most steps are skipped" : $"The loss scale has sunk to {symptom.Evidence[0].Value:G3}",
            symptom.Variant == Counted
                ? (Text)$"In the last quarter of the run, until step {symptom.LastStep}, {Quotation.RelativeTo(symptom.Evidence[0].Value)} the steps were skipped because of overflow."
                : $"The loss scale, {symptom.Values["start"]:G4} at its largest, was {symptom.Evidence[0].Value:G4} at step {symptom.Evidence[0].Step}, the last one.",
            [new(Cause.NumericOverflow, 0.65), new(Cause.LearningRateTooHigh, 0.2), new(Cause.CorruptData, 0.1)],
            [
                new Remedy
                {
                    Title = $"Train in bfloat16 (bf16=True), or in float32 until the layer that overflows is found",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangePrecision, To = "bf16" }],
                    Rationale = $"bfloat16 has the range of float32, so that no scale is needed.",
                    Caveat = $"It has three digits less than float16; sums over many elements stay in float32.",
                    Sources = ["Kalamkar et al. 2019, A study of bfloat16 for deep learning training, arXiv 1905.12322"],
                },
                new Remedy
                {
                    Title = $"Clip the gradient to a norm of 1, after unscaling it",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 }],
                    Rationale = $"Gradients that grow overflow at any scale in the end.",
                    Sources = [TaskRemedies.Sources.MixedPrecision],
                },
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts)
    {
        long count = Math.Max(facts.Of(Metric.LossScale)?.Count ?? 0, facts.Of(Metric.SkippedSteps)?.Count ?? 0);
        return count >= Options.MinimumSamples ? null : (Text)$"needs {Options.MinimumSamples} loss scales or counts of skipped steps, had {count}";
    }

    internal override Symptom? Judge(RunFacts facts) => OfScale(facts) ?? OfCounts(facts);

    private Symptom? OfScale(RunFacts facts)
    {
        if (facts.Of(Metric.LossScale) is not { } summary || facts.Series(Metric.LossScale) is not { BlockCount: >= 8 } scale || summary.Maximum <= Options.Floor || !double.IsFinite(summary.Last))
        {
            return null;
        }

        double middle = scale.MedianOf(0.45, 0.55);
        bool isAtFloor = summary.Last <= Options.Floor && scale.MedianOf(0.85, 1) <= Options.Floor;
        bool sinks = scale.MedianOf(0.9, 1) * Options.Sinking < middle && scale.Trend(0.5).Tau < -0.8 && summary.Last * Options.Sinking <= Math.Min(middle, summary.First);
        return !isAtFloor && !sinks ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = isAtFloor ? 0.9 : 0.75,
            FirstStep = scale.Steps[isAtFloor ? scale.Longest(value => value <= Options.Floor).First : scale.BlockCount / 2],
            LastStep = summary.LastStep,
            Evidence = [new Evidence(MetricCatalog.NameOf(Metric.LossScale), null, summary.LastStep, summary.Last, isAtFloor ? Options.Floor : middle / Options.Sinking, "<=")],
            Values = { ["start"] = summary.Maximum },
        };
    }

    /// <summary>Logs tell skipped steps one by one, since the last row, or all so far.</summary>
    private Symptom? OfCounts(RunFacts facts)
    {
        if (facts.Of(Metric.SkippedSteps) is not { } summary || facts.Series(Metric.SkippedSteps) is not { BlockCount: >= 8 } skipped || summary.Minimum < 0 || summary.Maximum == 0)
        {
            return null;
        }

        double interval = (double)(skipped.LastStep - skipped.FirstStep) / (skipped.Count - 1);
        bool isTotal = summary.Last == summary.Maximum && skipped.Trend(0).Tau > 0.9 && summary.Maximum > interval;
        double share = isTotal
            ? (summary.Last - skipped.MeanOf(0.74, 0.76)) / Math.Max(1, skipped.LastStep - skipped.StepAt(0.75))
            : skipped.MeanOf(0.75, 1) / Math.Max(1, interval);
        return share <= Options.Share || share > 1.5 ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.85,
            Variant = Counted,
            FirstStep = skipped.StepAt(0.75),
            LastStep = skipped.LastStep,
            Evidence = [new Evidence("skipped_share", null, skipped.LastStep, Math.Min(1, share), Options.Share, ">")],
        };
    }
}

/// <summary>Thresholds of <see cref="SkippedSteps"/>.</summary>
public sealed class SkippedStepsOptions
{
    /// <summary>Gets or sets how many values are needed.</summary>
    /// <value>The default is 10; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the scale that protects nothing.</summary>
    /// <value>The default is 1, DeepSpeed's smallest; bounds 0 to 1000000.</value>
    [Range(0.0, 1e6)]
    public double Floor { get; set; } = 1;

    /// <summary>Gets or sets by what factor the scale must have sunk over the second half of the run.</summary>
    /// <value>The default is 64: six overflows more than steps without one make good; bounds 2 to 1e9.</value>
    [Range(2.0, 1e9)]
    public double Sinking { get; set; } = 64;

    /// <summary>Gets or sets the share of steps skipped in the last quarter.</summary>
    /// <value>The default is 0.5; one in a thousand is usual; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.5;
}
