using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7019: parts of the program that do not fit each other, seen before training.</summary>
/// <param name="options">Its options; there are none.</param>
public sealed class MisfitPart(MisfitPartOptions options) : StructureRule<MisfitPartOptions>(options)
{
    private const string Failed = "failed";
    private const string ChannelsLast = "channels-last";
    private const string ReadAcross = "read-across";
    private const string Overwritten = "overwritten-input";
    private const string Decayed = "decayed";
    private const string Coupled = "coupled-decay";
    private const string Shared = "shared-statistics";
    private const string Biased = "bias-before-normalization";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7019",
        Name = "misfit-part",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"Parts of the program do not fit each other.",
        Explanation = $"A preflight takes one step, puts it back, and looks at the parts: a model, loss or backward pass that fails is an error; images with the channels last in a convolution, and inputs that the model overwrites, are warnings. "
            + $"Info are weight decay of biases, normalisation parameters and embeddings, weight decay that Adam takes through the gradient, running statistics fed from two places, and a bias that a normalisation takes out again.",
        Why = $"What fails at the first step is cheapest to find before it. What fits badly trains, but not as meant.",
        Inputs = [Metric.CallCount, Metric.CallOrder, Metric.InputOrigin],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.SwappedAxes, Cause.CorruptData, Cause.WrongLoss, Cause.OptimizerMismatch, Cause.ExcessiveRegularization],
        Remedies =
        [
            new($"Bring device, type and shape of inputs and targets to what model and loss expect.", $"The failure names what it got and what it wanted."),
            new($"Give the optimizer groups: weights with decay, everything else without.", $"Decay is meant to keep functions simple; scales and shifts are not complexity."),
        ],
        Sources = ["Loshchilov and Hutter 2019, Decoupled weight decay regularization", "He et al. 2019, Bag of tricks, section 3.1: no bias decay", "Ioffe and Szegedy 2015, section 3.2: bias before batch normalisation"],
        Limitations = $"What is info are habits of the field, and many good models go without them.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        string layers = string.Join(", ", symptom.Layers);
        var preflight = facts.Run.Preflight ?? new PreflightDescription();
        return symptom.Variant switch
        {
            Failed => new Diagnosis(
                preflight.FailedAt switch { "forward" => (Text)$"The model fails on the batch", "loss" => $"The loss fails on the model's output", _ => $"The backward pass fails" },
                $"With inputs of {preflight.Input ?? "an unknown kind"}: {preflight.Failure ?? "no message"}",
                [new(preflight.FailedAt == "loss" ? Cause.WrongLoss : Cause.SwappedAxes, 0.5), new(Cause.CorruptData, 0.3)],
                [Fit()]),
            ChannelsLast => new Diagnosis(
                $"{layers} reads images with the channels last",
                $"The input is {preflight.Input ?? "an image"}: heights and widths stand where {layers} reads channels.",
                [new(Cause.SwappedAxes, 0.9)],
                [ChannelsFirst()]),
            ReadAcross => new Diagnosis(
                $"{layers} reads pixels as channels",
                $"The input of the model is {preflight.Input ?? "an image"}, and {layers} is given the same numbers in the same order with the channels first: each of its channels holds parts of all.",
                [new(Cause.SwappedAxes, 0.95)],
                [ChannelsFirst()]),
            Overwritten => new Diagnosis(
                $"The model overwrites its input",
                $"After one evaluation the batch held other numbers than before.",
                [new(Cause.CorruptData, 0.9)],
                [Keep()]),
            Decayed => new Diagnosis(
                $"Weight decay pulls on biases, normalisation or embeddings",
                $"The optimizer decays {symptom.Layers.Count} parameter(s) that are not weights of a layer: {layers}.",
                [new(Cause.ExcessiveRegularization, 0.3)],
                [Groups()]),
            Coupled => new Diagnosis(
                $"Weight decay goes through Adam's division",
                $"{facts.Run.Optimizer?.TypeName ?? "Adam"} adds a weight decay of {symptom.Evidence[0].Value:G3} to the gradient, and then divides by its size: parameters with large gradients are hardly decayed.",
                [new(Cause.OptimizerMismatch, 0.4)],
                [Decouple()]),
            Shared => new Diagnosis(
                $"{layers} runs {symptom.Evidence[0].Value:N0} times in a step",
                $"Its running statistics take in the inputs of {symptom.Evidence[0].Value:N0} calls, while each call is normalised by its own: evaluation then uses a mixture.",
                [new(Cause.EvaluationMode, 0.3)],
                [Own(layers)]),
            _ => new Diagnosis(
                $"The bias of {layers} has no effect",
                $"A batch normalisation follows directly and subtracts the mean, and with it the bias.",
                [new(Cause.ExcessiveRegularization, 0.1)],
                [NoBias(layers)]),
        };
    }

    internal override Text? WhyNotJudged(StructureView view) => view.Run.Preflight is null ? (Text)$"only a preflight looks at it" : null;

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        if (view.Run.Preflight is not { } preflight)
        {
            yield break;
        }

        if (preflight.FailedAt is not null)
        {
            yield return Of(Failed, Severity.Error, 0.98, [], "failed_step", 1);
        }

        if (preflight.ChannelsLast.Count > 0)
        {
            yield return Of(ChannelsLast, Severity.Warning, 0.9, preflight.ChannelsLast, "channels_last_input", 1);
        }

        if (preflight.ReadAcross.Count > 0)
        {
            yield return Of(ReadAcross, Severity.Error, 0.97, preflight.ReadAcross, "channels_last_input", 1);
        }

        if (preflight.ChangesInput)
        {
            yield return Of(Overwritten, Severity.Warning, 0.95, [], "input_changed", 1);
        }

        if (preflight.Decayed.Count > 0)
        {
            yield return Of(Decayed, Severity.Info, 0.6, preflight.Decayed, "weight_decay", view.Run.Optimizer?.WeightDecay ?? double.NaN);
        }

        if (preflight.DecaysThroughGradient)
        {
            yield return Of(Coupled, Severity.Info, 0.7, [], "weight_decay", view.Run.Optimizer?.WeightDecay ?? double.NaN);
        }

        foreach (var layer in view.Model.Leaves.Where(layer => layer.Kind == LayerKind.BatchNormalization))
        {
            if (view.Facts.Of(Metric.CallCount, layer.Path) is { Last: > 1 and var calls })
            {
                yield return Of(Shared, Severity.Info, 0.6, [layer.Path], MetricCatalog.NameOf(Metric.CallCount), calls, 1);
            }
        }

        foreach (var layer in view.Chains.SelectMany(chain => chain.Layers.Zip(chain.Layers.Skip(1)))
            .Where(pair => pair.First is { HasBias: true } && pair.Second.Kind == LayerKind.BatchNormalization).Select(pair => pair.First).Distinct())
        {
            yield return Of(Biased, Severity.Info, 0.9, [layer.Path], "bias_before_normalization", 1);
        }
    }

    private static Symptom Of(string variant, Severity severity, double confidence, IReadOnlyList<string> layers, string metric, double value, double limit = 0) => new()
    {
        Severity = severity,
        Confidence = confidence,
        Variant = variant,
        Layers = layers,
        Evidence = [new Evidence(metric, layers.Count > 0 ? layers[0] : null, null, value, limit, ">")],
    };

    private static Remedy Fit() => new()
    {
        Title = $"Bring inputs and targets to the device, type and shape that model and loss expect",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout }],
        Rationale = $"Layers take floating-point numbers of their own type, embeddings and class losses whole numbers; everything must lie on one device.",
        Caveat = $"Change what makes the batch, not the model, when several models use it.",
        Code = "x = x.to(device).to_type(ScalarType.Float32);\ny = y.to(device).to_type(ScalarType.Int64);",
        Sources = ["PyTorch documentation of the layers: shape"],
    };

    private static Remedy ChannelsFirst() => new()
    {
        Title = $"Bring the channels to the front with permute",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout }],
        Rationale = $"Torch's convolutions read batch, channels, height, width; image files hold the channels last, and a reshape leaves them there.",
        Caveat = $"Do it once, where the images are loaded.",
        Code = "x = x.permute(0, 3, 1, 2).contiguous();",
        Sources = ["PyTorch documentation: Conv2d, shape"],
    };

    private static Remedy Keep() => new()
    {
        Title = $"Use no operation in place on the input",
        Actions = [],
        Rationale = $"The next step, and whoever else holds the batch, sees what was written.",
        Caveat = $"A ReLU in place as the first layer does it too.",
        Code = "var z = x.sub(mean); // instead of x.sub_(mean)",
        Sources = ["PyTorch documentation: in-place operations"],
    };

    private static Remedy Groups() => new()
    {
        Title = $"Give weights a group with decay, and all else one without",
        Actions = [],
        Rationale = $"Decay of scales and shifts limits nothing but what they can represent; that of an embedding forgets what is rarely seen.",
        Caveat = $"The effect is small where the decay is; compare before you keep it.",
        Code = "optim.AdamW([new(weights) { Options = new() { weight_decay = 0.01 } }, new(others) { Options = new() { weight_decay = 0 } }])",
        Sources = ["He et al. 2019, Bag of tricks, section 3.1"],
    };

    private static Remedy Decouple() => new()
    {
        Title = $"Use AdamW for weight decay",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "AdamW" }],
        Rationale = $"It takes the decay off the weights directly, so that it is the same for all.",
        Caveat = $"Its decay means something else: begin with 0.01.",
        Code = "optim.AdamW(model.parameters(), learningRate, weight_decay: 0.01)",
        Sources = ["Loshchilov and Hutter 2019"],
    };

    private static Remedy Own(string layers) => new()
    {
        Title = $"Give each place a normalisation of its own instead of {layers}",
        Actions = [],
        Rationale = $"Weights can be shared while statistics are not.",
        Caveat = $"Where both places see the same kind of input, as in a Siamese network, sharing does no harm.",
        Code = "norm1 = nn.BatchNorm1d(64); norm2 = nn.BatchNorm1d(64);",
        Sources = ["Ioffe and Szegedy 2015"],
    };

    private static Remedy NoBias(string layers) => new()
    {
        Title = $"Make {layers} without a bias",
        Actions = [],
        Rationale = $"The shift of the normalisation takes its part.",
        Caveat = $"It saves little; leave it where weights are loaded from elsewhere.",
        Code = "nn.Linear(inputs, outputs, hasBias: false)",
        Sources = ["Ioffe and Szegedy 2015, section 3.2"],
    };
}

/// <summary>Options of <see cref="MisfitPart"/>; there are none.</summary>
public sealed class MisfitPartOptions;
