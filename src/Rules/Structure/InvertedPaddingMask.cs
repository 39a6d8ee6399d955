using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7020: a padding mask hides the tokens and shows the padding.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class InvertedPaddingMask(InvertedPaddingMaskOptions options) : Rule<InvertedPaddingMaskOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7020",
        Name = "inverted-padding-mask",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"The padding mask of an attention layer hides the tokens and shows the padding.",
        Explanation = $"In torch a mask of attention is true where nothing may be seen; in other libraries it is 1 where there is a token. The mask is laid beside the tokens that were looked up before: the rule fires when everything that attention may see is one and the same token, and what is hidden from it is of several kinds, whenever it was looked at.",
        Why = $"Attention then averages padding: no place learns anything of another, and rows without padding have nothing to see at all, which gives NaN.",
        Inputs = [Metric.PaddingMaskInverted],
        RequiredInputs = [Metric.PaddingMaskInverted],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.InvertedPaddingMask],
        Remedies =
        [
            new($"Turn the mask round: true where there is padding.", $"Attention of torch leaves out what the mask marks."),
        ],
        Sources = ["PyTorch documentation: MultiheadAttention, key_padding_mask", "Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762, section 3.2.3"],
        Limitations = $"Needs a layer of torch that takes a mask of samples by places, and tokens of the same shape that an embedding looked up in the same step. Attention that a program writes itself is not looked at, and in TorchSharp neither is a TransformerEncoderLayer that stands by itself: it calls past its hooks.",
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
        string names = ModelFacts.Names(symptom.Layers);
        return new Diagnosis(
            $"The padding mask of {names} is turned round",
            $"At every look that was taken, up to step {symptom.LastStep}, all that {names} may see was one and the same token, and what the mask hides was of several kinds.",
            [new(Cause.InvertedPaddingMask, 0.95)],
            [TurnRound(symptom.Layers)]);
    }

    private static Remedy TurnRound(IReadOnlyList<string> layers) => new()
    {
        Title = $"Turn the mask round: true where there is padding",
        Actions = [new RemedyAction { Kind = RemedyActionKind.InvertMask, Layers = layers }],
        Rationale = $"Attention of torch leaves out what the mask marks; masks that come from a tokenizer mark what counts.",
        Caveat = $"Where the outputs of all places are averaged, padding must be left out of the mean as well, by the mask that marks tokens.",
        Code = "var mask = tokens.eq(padding); // not tokens.ne(padding)",
        Sources = ["PyTorch documentation: MultiheadAttention, key_padding_mask"],
    };

    private sealed class Evaluator(InvertedPaddingMaskOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<int, long> _inverted = [];
        private readonly HashSet<int> _proper = [];
        private readonly Dictionary<int, Symptom> _told = [];

        public override void Observe(in Measurement measurement)
        {
            int layer = measurement.Scope;
            if (!(measurement.Value > 0))
            {
                _proper.Add(layer);
                if (_told.TryGetValue(layer, out var gone))
                {
                    gone.RecoveredAt ??= measurement.Step;
                }

                return;
            }

            long looks = _inverted.GetValueOrDefault(layer) + 1;
            _inverted[layer] = looks;
            if (_proper.Contains(layer) || looks < options.FewestLooks)
            {
                return;
            }

            var evidence = new Evidence("looks_at_an_inverted_mask", context.Facts.Scopes[layer].Name, measurement.Step, looks, options.FewestLooks, ">=");
            if (_told.TryGetValue(layer, out var told))
            {
                (told.LastStep, told.Evidence[0]) = (measurement.Step, evidence);
                return;
            }

            _told[layer] = context.Open(new Symptom
            {
                Severity = Severity.Error,
                Confidence = 0.97,
                Layers = [context.Facts.Scopes[layer].Name],
                FirstStep = context.Facts.FirstStep,
                LastStep = measurement.Step,
                Evidence = [evidence],
            });
        }
    }
}

/// <summary>Thresholds of <see cref="InvertedPaddingMask"/>.</summary>
public sealed class InvertedPaddingMaskOptions
{
    /// <summary>Gets or sets how many looks it takes, all of which must say the same.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int FewestLooks { get; set; } = 3;
}
