using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7018: the model can't memorise a single batch.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnlearnableBatch(UnlearnableBatchOptions options) : Rule<UnlearnableBatchOptions>(options)
{
    private const string Ignored = "ignores-inputs";
    private const string Start = "start";

    /// <summary>Names of what is computed from two measurements, neither of which it is.</summary>
    private const string LearntRatio = "learnt_to_blind_loss";
    private const string StartRatio = "first_to_blind_loss";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7018",
        Name = "unlearnable-batch",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"The model can't memorise a single batch.",
        Explanation = $"A preflight trains the model on one batch with Adam, dropout off, and puts it back: once as it is, and once with the inputs of a single sample in place of all, which shows what a guess costs. The rule fires when the inputs are of "
            + $"no use, when outputs do not depend on them at all, and, as info, when the first loss is far above a guess.",
        Why = $"A model that can't overfit a few samples won't learn many: the signal is cut between inputs, outputs, loss and parameters.",
        Inputs = [Metric.LearntLoss, Metric.BlindLoss, Metric.InputDependence, Metric.Loss],
        RequiredInputs = [Metric.InputDependence],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.DetachedGraph, Cause.DyingRelu, Cause.FrozenParameters, Cause.LabelError, Cause.UnderCapacity, Cause.UnscaledData, Cause.PoorInitialization, Cause.WrongOutputActivation],
        Remedies =
        [
            new($"Follow the signal from the inputs to the loss and back.", $"Something between them is detached, dead, constant or replaced."),
            new($"Look at a few samples with their labels.", $"Equal inputs with different labels can't be learnt."),
        ],
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: overfit a single batch, verify loss at init, input-independent baseline", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 11.5: fit a tiny dataset"],
        Limitations = $"Batches of one class or target are not judged. A model that needs more than a hundred steps of Adam for a single batch is called unlearnable.",
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
        double value = symptom.Evidence[0].Value;
        double limit = symptom.Evidence[0].Limit ?? double.NaN;
        return symptom.Variant switch
        {
            Ignored => new Diagnosis(
                $"The output does not depend on the input",
                $"All samples of the batch were exchanged, and the output of none changed.",
                [new(Cause.DetachedGraph, 0.35), new(Cause.DyingRelu, 0.35), new(Cause.WrongOutputActivation, 0.2)],
                [Follow()]),
            Start => new Diagnosis(
                $"The first loss is far above what a guess costs",
                $"The first loss is {symptom.Values["loss"]:G4}, {value:G3} times what the model reaches without its inputs; the limit is {limit:G3}.",
                [new(Cause.PoorInitialization, 0.45), new(Cause.UnscaledData, 0.45)],
                [Begin()]),
            _ => new Diagnosis(
                $"One batch can't be memorised",
                $"Trained on one batch the loss came down to {symptom.Values["learnt"]:G4}, and to {symptom.Values["blind"]:G4} without the inputs: a ratio of {value:G3}, the limit is {limit:G3}.",
                [new(Cause.LabelError, 0.25), new(Cause.DetachedGraph, 0.25), new(Cause.UnderCapacity, 0.15), new(Cause.UnscaledData, 0.15), new(Cause.DyingRelu, 0.1)],
                [Follow(), Look()]),
        };
    }

    private static Remedy Follow() => new()
    {
        Title = $"Follow the signal from the inputs to the loss and back",
        Actions = [],
        Rationale = $"Print the output for two samples after each layer: the first layer that answers both the same is the place; what has no gradient after backward is cut off.",
        Caveat = $"Look for units that are all zero, softmax over one class, argmax and other steps without a gradient, inputs that are overwritten.",
        Code = "loss.backward();\nforeach (var (name, p) in model.named_parameters()) { Console.WriteLine($\"{name} {p.grad?.norm().item<float>()}\"); }",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
    };

    private static Remedy Look() => new()
    {
        Title = $"Look at a few samples with their labels",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"Equal inputs with different labels, or labels of other rows, cap what can be learnt.",
        Caveat = $"Look at what reaches the model, after all preprocessing.",
        Code = "Console.WriteLine(x[0].ToString(TensorStringStyle.Julia)); Console.WriteLine(y[0]);",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
    };

    private static Remedy Begin() => new()
    {
        Title = $"Scale inputs and targets, and start the last layer near zero",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" }],
        Rationale = $"The first steps are then spent on the task instead of on taking back extreme answers.",
        Caveat = $"Take the scale from the training samples alone.",
        Code = "x = (x - mean) / deviation;",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: verify loss at init"],
    };

    private sealed class Evaluator(UnlearnableBatchOptions options, RuleContext context) : RuleEvaluator
    {
        private Measurement? _dependence;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.InputDependence && measurement.Value < (_dependence?.Value ?? double.PositiveInfinity))
            {
                _dependence = measurement;
            }
        }

        public override void Complete()
        {
            if (_dependence is { } dependence && dependence.Value <= 0)
            {
                Open(Ignored, Severity.Error, 0.95, new Evidence(MetricCatalog.NameOf(Metric.InputDependence), context.Facts.Scopes[dependence.Scope].Name, dependence.Step, dependence.Value, 0, "<="));
                return;
            }

            if (context.Facts.Of(Metric.BlindLoss) is not { Last: var blind } || context.Facts.Of(Metric.LearntLoss) is not { Last: var learnt } summary || context.Facts.Of(Metric.Loss) is not { First: var first })
            {
                return;
            }

            // A guess that costs next to nothing, as for a batch of one class, leaves nothing to learn.
            if (blind > 1e-3 * Math.Abs(first) && learnt / blind is var ratio && !(ratio < options.MaximumRatio))
            {
                Open(string.Empty, Severity.Warning, 0.85, new Evidence(LearntRatio, null, summary.LastStep, ratio, options.MaximumRatio, ">="), ("learnt", learnt), ("blind", blind));
            }
            else if (blind > 0 && first / blind is var start && start > options.MaximumStart)
            {
                Open(Start, Severity.Info, 0.7, new Evidence(StartRatio, null, context.Facts.FirstStep, start, options.MaximumStart, ">"), ("loss", first));
            }
        }

        private void Open(string variant, Severity severity, double confidence, Evidence evidence, params (string Name, double Value)[] values) => context.Open(new Symptom
        {
            Severity = severity,
            Confidence = confidence,
            Variant = variant,
            FirstStep = evidence.Step,
            LastStep = evidence.Step,
            Evidence = [evidence],
            Values = values.ToDictionary(value => value.Name, value => value.Value),
        });
    }
}

/// <summary>Thresholds of <see cref="UnlearnableBatch"/>.</summary>
public sealed class UnlearnableBatchOptions
{
    /// <summary>Gets or sets the loss learnt on one batch, over the loss learnt without its inputs, from which on the inputs were of no use.</summary>
    /// <value>The default is 0.95; a sound model comes below 0.7 within a few dozen steps; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumRatio { get; set; } = 0.95;

    /// <summary>Gets or sets the first loss, over the loss learnt without the inputs, above which the start is bad.</summary>
    /// <value>The default is 10: a fresh classifier of scaled inputs stands near 1, an unscaled regression anywhere; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumStart { get; set; } = 10;
}
