using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1014: most lookups of an embedding go to one row.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DominantLookup(DominantLookupOptions options) : Rule<DominantLookupOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1014",
        Name = "dominant-lookup",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Most lookups of an embedding go to one row of its table.",
        Explanation = $"The indices that an embedding is given are counted, without what fills sequences up, and without what repeats the index before it. Of tables of 50 rows or more the rule fires when one row takes most lookups. The most frequent word of a text takes less than a tenth, the most frequent character a fifth.",
        Why = $"What is looked up in the same row is the same to the model: the words that all became one are lost.",
        Inputs = [Metric.EmbeddingModeShare],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.CorruptData],
        Remedies =
        [
            new($"Prepare text in the same way for the vocabulary and for the model: letters, marks, splitting.", $"A word that is spelt in another way is unknown."),
            new($"Make the table as large as the largest index plus one, instead of clamping indices.", $"All indices beyond the table become its last row."),
        ],
        Sources =
        [
            "Piantadosi 2014, Zipf's word frequency law in natural language, https://doi.org/10.3758/s13423-014-0585-6: the n-th most frequent word comes an n-th as often as the first",
            "PyTorch documentation: Embedding, https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html: num_embeddings, padding_idx",
        ],
        Limitations = $"Single lookups, one for each sample, are told only where they go to the last row: a category may rightly be that frequent. Sequences of events of which most are nothing look the same.",
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
        var share = symptom.Evidence[0];
        return new Diagnosis(
            $"One row of an embedding has {share.Value:P0} of its lookups",
            $"{Quotation.Span(symptom, facts, Metric.EmbeddingModeShare)} {share.Value:P0} of the lookups that are no padding went to one row of the table (limit {share.Limit:P0}).",
            [new(Cause.CorruptData, 0.8)],
            [
                new Remedy
                {
                    Title = $"Count the unknown words of a batch, and make vocabulary and text agree",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"A vocabulary of small letters does not know words with capitals, and one that was made by another splitting knows few.",
                    Caveat = $"Indices that are clamped to the size of the table become one, too: make the table larger instead.",
                    Code = "Console.WriteLine(tokens.eq(unknown).to(float32).mean().item<float>()); // a few percent at most\nvar embedding = nn.Embedding(vocabulary.Values.Max() + 1, width);",
                    Sources = ["PyTorch documentation: Embedding, https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html"],
                },
            ]);
    }

    private sealed class Evaluator(DominantLookupOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience);
        private long _samples;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.Patience, Metric.EmbeddingModeShare);

        public override void Observe(in Measurement measurement)
        {
            if (!double.IsFinite(measurement.Value))
            {
                return;
            }

            _samples++;
            bool isIll = measurement.Value >= options.MinimumShare;
            _tracker.Observe(measurement.Step, isIll, new Reading(measurement.Metric, measurement.Value, options.MinimumShare, ">="));
            if (_tracker.Symptom is { } symptom && isIll)
            {
                // The share is that of all lookups so far: the last one is what is known best.
                symptom.Severity = measurement.Value >= options.WarningShare ? Severity.Warning : Severity.Info;
                symptom.Evidence[0] = symptom.Evidence[0] with { Step = measurement.Step, Value = measurement.Value };
            }
        }
    }
}

/// <summary>Thresholds of <see cref="DominantLookup"/>.</summary>
public sealed class DominantLookupOptions
{
    /// <summary>Gets or sets the share of the lookups that one row must have to be told.</summary>
    /// <value>The default is 0.4: four times the most frequent word of a text; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumShare { get; set; } = 0.4;

    /// <summary>Gets or sets the share of the lookups that one row must have for a warning.</summary>
    /// <value>The default is 0.6; below it is information; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WarningShare { get; set; } = 0.6;

    /// <summary>Gets or sets how many times in a row it must be measured.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;
}
