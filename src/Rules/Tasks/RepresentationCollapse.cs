using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9014: a self-supervised network gives the same for every input.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RepresentationCollapse(RepresentationCollapseOptions options) : TaskRule<RepresentationCollapseOptions>(options)
{
    private const string Uniform = "uniform";

    private const string Perfect = "perfect";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9014",
        Name = "representation-collapse",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"A self-supervised network gives the same for every input.",
        Explanation = $"The spread of the embeddings is the proof: the rule fires when it falls to a small share of its beginning. Without it the loss gives hints: one that has hardly left where it began after a long run, as that of a uniform output, is a remark, "
            + $"and so is a cosine that is perfect from the start.",
        Why = $"Nothing of the input is left in such a representation, however low its loss.",
        Inputs = [Metric.EmbeddingSpread, Metric.Loss],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.DetachedGraph, Cause.LearningRateTooLow, Cause.MissingRegularization],
        Remedies =
        [
            new($"Check that the target branch has no gradient (stop_gradient, detach) and that the predictor is there.", $"Without them all constant outputs are perfect."),
            new($"Lower the learning rate, lengthen warm-up, lower the teacher's temperature, or raise its momentum.", $"Collapse comes with large first steps."),
            new($"Penalise a small spread (VICReg, Barlow Twins, KoLeo).", $"A collapsed output then costs."),
        ],
        Sources = [TaskRemedies.Sources.SimSiam, "Caron et al. 2021, Emerging properties in self-supervised vision transformers (DINO), arXiv 2104.14294", "Bardes et al. 2022, VICReg, arXiv 2105.04906"],
        Limitations = $"A loss tells it from health only together with the spread: log the standard deviation of the normalised embeddings, healthy next to 1 over the root of their dimensions.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var stop = new Remedy
        {
            Title = $"Keep gradients out of the target branch",
            Actions = [TaskRemedies.Setting("stop_gradient", value: 1)],
            Rationale = $"With gradients in both branches a constant output is the easiest answer. Keep a predictor in the other branch.",
            Sources = [TaskRemedies.Sources.SimSiam],
        };
        var gentle = new Remedy
        {
            Title = $"Divide the learning rate by 5",
            Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.2 }],
            Rationale = $"Collapse comes with large first steps.",
            Sources = [TaskRemedies.Sources.SimSiam],
        };
        return symptom.Variant switch
        {
            Uniform => new Diagnosis(
                $"The loss has hardly left where it began",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss fell by {Quotation.Change(symptom.Evidence[0].Value)} of its highest level, {symptom.Values["start"]:G4}: the output is still next to uniform.",
                [new(Cause.LearningRateTooLow, 0.5), new(Cause.LearningRateTooHigh, 0.2), new(Cause.MissingRegularization, 0.1)],
                [
                    new Remedy
                    {
                        Title = $"Multiply the learning rate by 5, with a warm-up, and lower the teacher's temperature",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 5 }],
                        Rationale = $"Rates of self-supervised training grow with the batch; one of a small batch hardly moves.",
                        Sources = ["Caron et al. 2021, DINO, arXiv 2104.14294"],
                    },
                ]),
            Perfect => new Diagnosis(
                $"The views agree perfectly from the start",
                $"The loss had a level of {symptom.Evidence[0].Value:G4} from step {symptom.FirstStep} to step {symptom.LastStep}; -1 is that of a constant output.",
                [new(Cause.DetachedGraph, 0.4), new(Cause.LearningRateTooHigh, 0.4)],
                [stop, gentle]),
            _ => new Diagnosis(
                $"The embeddings of all inputs are the same",
                $"The spread of the embeddings, {symptom.Values["start"]:G3} in the beginning, had a level of {symptom.Evidence[0].Value:G3} in the last quarter of the run, until step {symptom.LastStep}.",
                [new(Cause.DetachedGraph, 0.4), new(Cause.LearningRateTooHigh, 0.4), new(Cause.MissingRegularization, 0.15)],
                [stop, gentle]),
        };
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.EmbeddingSpread, Options.MinimumSamples) is { } few
        ? facts.Run.Task == TrainingTask.SelfSupervised ? facts.Fewer(Metric.Loss, Options.MinimumSamples) : few
        : null;

    internal override Symptom? Judge(RunFacts facts) => facts.Series(Metric.EmbeddingSpread) is { } spread && spread.Count >= Options.MinimumSamples ? OfSpread(spread) : OfLoss(facts);

    private Symptom? OfSpread(Statistics.CompactedSeries spread)
    {
        double start = Math.Max(spread.First, spread.MeanOf(0, 0.1));
        double end = spread.MedianOf(0.75, 1);
        return end >= Options.Share * start ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.9,
            FirstStep = spread.Steps[spread.Longest(value => value < Options.Share * start).First],
            LastStep = spread.LastStep,
            Evidence = [new Evidence("spread_level", null, spread.LastStep, end, Options.Share * start, "<")],
            Values = { ["start"] = start },
        };
    }

    private Symptom? OfLoss(RunFacts facts)
    {
        var loss = facts.Series(Metric.Loss)!;
        bool isLong = loss.Count >= Options.LongRun;
        double highest = loss.Best(Math.Max(1, loss.BlockCount / 20), -1).Mean;
        double end = loss.MeanOf(0.9, 1);
        if (end > 0 && isLong && highest - end < Options.SmallFall * highest)
        {
            return new Symptom
            {
                Severity = Severity.Info,
                Confidence = 0.5,
                Variant = Uniform,
                FirstStep = loss.FirstStep,
                LastStep = loss.LastStep,
                Evidence = [new Evidence("loss_fall", null, loss.LastStep, (highest - end) / highest, Options.SmallFall, "<")],
                Values = { ["start"] = highest },
            };
        }

        return end < Options.Agreement && end >= -1.0001 && loss.MeanOf(0.1, 0.2) < Options.Agreement ? new Symptom
        {
            Severity = Severity.Info,
            Confidence = 0.5,
            Variant = Perfect,
            FirstStep = loss.StepAt(0.1),
            LastStep = loss.LastStep,
            Evidence = [new Evidence("loss_level", null, loss.LastStep, end, Options.Agreement, "<")],
        } : null;
    }
}

/// <summary>Thresholds of <see cref="RepresentationCollapse"/>.</summary>
public sealed class RepresentationCollapseOptions
{
    /// <summary>Gets or sets how many spreads or losses are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of its beginning below which the spread has collapsed.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.2;

    /// <summary>Gets or sets how many losses make a long run.</summary>
    /// <value>The default is 50: losses of self-supervised training may rise in warm-up first; at least 10.</value>
    [Range(10, int.MaxValue)]
    public int LongRun { get; set; } = 50;

    /// <summary>Gets or sets the share of its highest level that the loss of a long run must have fallen by.</summary>
    /// <value>The default is 0.1; contrastive losses that end well fall by a quarter and more; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SmallFall { get; set; } = 0.1;

    /// <summary>Gets or sets the loss of a negative cosine from which the views agree too well.</summary>
    /// <value>The default is -0.98; bounds -1 to 0.</value>
    [Range(-1.0, 0.0)]
    public double Agreement { get; set; } = -0.98;
}
