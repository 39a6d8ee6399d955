using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7013: embeddings of all samples have come to coincide while the loss fell.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class CollapsedEmbedding(CollapsedEmbeddingOptions options) : Rule<CollapsedEmbeddingOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7013",
        Name = "collapsed-embedding",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"Embeddings of all samples have come to coincide while the loss fell.",
        Explanation = $"Of a model whose loss compares its outputs with each other, the spread of the outputs across samples is followed. The rule fires when samples differed at first, hardly differ at the end, and the loss fell by half or more: everything in one place is the cheapest way to bring pairs together.",
        Why = $"An embedding that is the same for everything says nothing of anything, and no loss of pairs that only attracts will tell.",
        Inputs = [Metric.BatchVariation, Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss, Cause.LabelError, Cause.CorruptData],
        Remedies =
        [
            new($"Add what holds others apart: negatives, a margin, variance and covariance terms, or a stopped gradient with a predictor.", $"Attraction alone is best served by one point."),
            new($"Check how pairs are drawn: negatives must be of other classes.", $"Negatives of the same class pull together what the loss pushes apart."),
        ],
        Sources = ["Chen and He 2021, Exploring simple Siamese representation learning", "Bardes et al. 2022, VICReg", "Schroff et al. 2015, FaceNet: collapsed model"],
        Limitations = $"Judged only where no task and no usual loss is known: elsewhere collapsed-activation does.",
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
        var worst = symptom.Evidence[0];
        return new Diagnosis(
            $"All embeddings coincide",
            $"At the first step the outputs of different samples differed by {symptom.Values["first"]:P0} of the outputs' spread, at the end by {worst.Value:P1} (limit {worst.Limit:P0}), while the loss fell by {symptom.Values["fell"]:P0}.",
            [new(Cause.WrongLoss, 0.6), new(Cause.LabelError, 0.2), new(Cause.CorruptData, 0.15)],
            [
                new Remedy
                {
                    Title = $"Let something hold different samples apart",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a loss with negatives or a term for variance" }],
                    Rationale = $"A loss that only brings pairs together is smallest when everything is in one place.",
                    Caveat = $"Print the classes of some pairs and triplets, too: wrongly drawn negatives act like none.",
                    Code = "var deviation = (z.var(0) + 1e-4).sqrt();\nloss += (1 - deviation).relu().mean(); // VICReg's term for variance",
                    Sources = ["Bardes et al. 2022, VICReg"],
                },
            ]);
    }

    private sealed class Evaluator(CollapsedEmbeddingOptions options, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated =>
            context.Run.Task is not null || RecognizedLoss.KindOf(context.Facts) is not null ? (Text)$"a task or a usual loss is known"
            : Variation is { Count: var count } ? NotEvaluated.Unless(count, options.MinimumSteps, Metric.BatchVariation) : (Text)$"not measured: the model's output";

        private SeriesSummary? Variation => context.Facts.Of(Metric.BatchVariation, LayerChain.OutputScope);

        public override void Complete()
        {
            var progress = LossProgress.Of(context.Facts);
            if (WhyNotEvaluated is null && progress.IsGood && Variation is { } variation && variation.First > options.InitialVariation
                && variation.Recent < options.MinimumVariation && variation.Last < options.MinimumVariation)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.BatchVariation), LayerChain.OutputScope, variation.LastStep, variation.Last, options.MinimumVariation, "<")],
                    Values = { ["first"] = variation.First, ["fell"] = progress.Fell },
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="CollapsedEmbedding"/>.</summary>
public sealed class CollapsedEmbeddingOptions
{
    /// <summary>Gets or sets the spread across samples, relative to the outputs' own, below which they coincide.</summary>
    /// <value>The default is 0.05: embeddings that tell samples apart have above 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumVariation { get; set; } = 0.05;

    /// <summary>Gets or sets the spread that there must have been at first.</summary>
    /// <value>The default is 0.15: three times the limit; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double InitialVariation { get; set; } = 0.15;

    /// <summary>Gets or sets how many measured steps it takes.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 20;
}
