using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7017: the model sees the answer that it should predict.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class VisibleAnswer(VisibleAnswerOptions options) : Rule<VisibleAnswerOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7017",
        Name = "visible-answer",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"The output that should predict a part of the sequence depends on that very part.",
        Explanation = $"A preflight looks for targets that are the inputs some places later, finds with the loss's own gradient which output is compared with each of them, exchanges the answer where it stands in the input, "
            + $"and looks at whether that output changes.",
        Why = $"A model that sees the answer learns to copy it: the loss falls far below what can be predicted, in training and validation alike, and what it generates is worthless.",
        Inputs = [Metric.AnswerLeakage],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.MissingCausalMask, Cause.DataLeak],
        Remedies =
        [
            new($"Give attention a causal mask.", $"No place then sees a later one."),
            new($"Don't let a recurrent layer or a convolution look ahead: not bidirectional, padding on the left only.", $"They see later places too."),
        ],
        Sources = ["Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762, section 3.1: masking", "Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: use backprop to chart dependencies"],
        Limitations = $"Where targets are not a shifted copy of the inputs nothing is tried: masked language models, tagging and classification may look at all places.",
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
        bool attends = facts.Run.Model?.Layers.Any(layer => layer.Kind == LayerKind.Attention) == true;
        return new Diagnosis(
            $"The model sees the answer that it should predict",
            $"When an answer was exchanged where it stands in the input, the output that should predict it changed in {symptom.Evidence[0].Value:P0} of the cases.",
            [new(Cause.MissingCausalMask, attends ? 0.9 : 0.7), new(Cause.DataLeak, attends ? 0.05 : 0.25)],
            [
                new Remedy
                {
                    Title = $"Give attention a causal mask",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.AddCausalMask }],
                    Rationale = $"A mask of minus infinity above the diagonal keeps every place from seeing later ones, which are the answers.",
                    Caveat = $"Check its direction and type: true means blocked for masks of booleans, and the mask must reach every layer.",
                    Code = "using var mask = nn.Transformer.generate_square_subsequent_mask(length);\nencoder.call(x, mask, null);",
                    Sources = ["Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762, section 3.1: masking"],
                },
                new Remedy
                {
                    Title = $"Let no other layer look ahead",
                    Actions = [],
                    Rationale = $"Bidirectional recurrent layers, convolutions padded on both sides, and means over time see later places as well.",
                    Caveat = $"Where the answer is meant to be seen, as in filling gaps, hide the very places that are asked for.",
                    Code = "nn.LSTM(features, hidden, bidirectional: false)",
                    Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
                },
            ]);
    }

    private sealed class Evaluator(VisibleAnswerOptions options, RuleContext context) : RuleEvaluator
    {
        private Measurement? _worst;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Value > (_worst?.Value ?? options.MaximumLeakage))
            {
                _worst = measurement;
            }
        }

        public override void Complete()
        {
            if (_worst is not { } worst)
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Error,
                Confidence = 0.97,
                FirstStep = worst.Step,
                LastStep = worst.Step,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.AnswerLeakage), context.Facts.Scopes[worst.Scope].Name, worst.Step, worst.Value, options.MaximumLeakage, ">")],
            });
        }
    }
}

/// <summary>Thresholds of <see cref="VisibleAnswer"/>.</summary>
public sealed class VisibleAnswerOptions
{
    /// <summary>Gets or sets the share of answers that may be seen.</summary>
    /// <value>The default is 0: behind a causal mask not a bit changes; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumLeakage { get; set; }
}
