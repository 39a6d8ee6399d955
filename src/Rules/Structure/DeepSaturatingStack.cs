using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7005: sigmoid or tanh in a deep hidden stack.</summary>
/// <param name="options">Its thresholds.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "The stack is the network's, and the rule's name is part of the contract.")]
public sealed class DeepSaturatingStack(DeepSaturatingStackOptions options) : StructureRule<DeepSaturatingStackOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7005",
        Name = "deep-saturating-stack",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"Sigmoid, tanh or the like in a deep hidden stack leave next to nothing of the gradient.",
        Explanation = $"For each chain of layers without normalisation the share of the gradient that comes back through all of it is computed from the weights' own variance and the activations' E[f'(x)²]. "
            + $"The rule speaks before the first step: it is a risk, not yet a measurement.",
        Why = $"The slope of sigmoid is at most a quarter: each layer takes three quarters or more of the gradient, and the first layers learn nothing.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.SaturatingActivation, Cause.MissingNormalization, Cause.TooDeepWithoutSkip],
        Remedies =
        [
            new($"Replace the hidden activations by ReLU or SiLU, with He initialisation.", $"Their slope is about 1 wherever a unit is active."),
            new($"Put normalisation between layers, or skip connections around them.", $"Both shorten the way that a gradient has to go."),
        ],
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: properties and trouble checklist", "Hochreiter 1991; Bengio et al. 1994", "Glorot and Bengio 2010"],
        Limitations = $"Gates (LSTM, squeeze-and-excitation) use sigmoid rightly; they do not stand in a chain and are not judged.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var share = symptom.Evidence[0];
        string from = ((ActivationKind)(int)symptom.Values["activation"]).ToString();
        return new Diagnosis(
            $"{symptom.Layers.Count} {from} layers in a row leave {share.Value:G2} of the gradient",
            $"With the initial weights, {share.Value:G2} of the gradient's size comes back through {symptom.Layers.Count} saturating activations ({string.Join(", ", symptom.Layers)}); the limit is {share.Limit:G2}.",
            [new(Cause.SaturatingActivation, 0.7), new(Cause.MissingNormalization, 0.15), new(Cause.TooDeepWithoutSkip, 0.1)],
            [
                ActivationRemedies.Relu(symptom.Layers, from),
                ActivationRemedies.Silu(symptom.Layers, from),
                ActivationRemedies.Normalize(symptom.Layers, "LayerNorm"),
            ]);
    }

    /// <summary>The recursion foresees what training may well cope with.</summary>
    internal override bool IsForecast(Symptom symptom) => symptom.Severity > Severity.Info;

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var chain in view.Chains)
        {
            var run = new List<SignalStage>();
            foreach (var stage in SignalFlow.Through(view, chain).Append(null))
            {
                if (stage is null || stage.FollowsNormalization)
                {
                    if (Judge(run) is { } symptom)
                    {
                        yield return symptom;
                    }

                    run.Clear();
                }

                if (stage is not null)
                {
                    run.Add(stage);
                }
            }
        }
    }

    private Symptom? Judge(List<SignalStage> run)
    {
        var saturating = run.Where(stage => stage is { IsOutput: false, Activation.Activation: { } activation } && activation.IsSaturating()).ToList();
        if (saturating.Count < Options.MinimumDepth || run.Exists(stage => stage.Weight.InitialStandardDeviation == 0))
        {
            return null;
        }

        // From the last layer's output back to the first layer's: the first layer's own weights are not on the way.
        double share = Math.Sqrt(run[^1].GradientMoment / run[0].GradientMoment * ActivationProperties.DerivativeSecondMomentAt(run[0].Activation?.Activation ?? ActivationKind.Identity, run[0].Scale));
        if (!(share < Options.InfoShare))
        {
            return null;
        }

        bool warns = share < Options.WarningShare;
        return new Symptom
        {
            Severity = warns ? Severity.Warning : Severity.Info,
            Confidence = warns ? 0.85 : 0.6,
            Layers = [.. saturating.Select(stage => stage.Activation!.Path)],
            Evidence = [new Evidence("gradient_share", run[0].Layer.Path, null, share, warns ? Options.WarningShare : Options.InfoShare, "<"), new Evidence("saturating_depth", null, null, saturating.Count, Options.MinimumDepth, ">=")],
            Values = new Dictionary<string, double> { ["activation"] = (int)saturating[0].Activation!.Activation!.Value },
        };
    }
}

/// <summary>Thresholds of <see cref="DeepSaturatingStack"/>.</summary>
public sealed class DeepSaturatingStackOptions
{
    /// <summary>Gets or sets the share of the gradient below which the rule warns.</summary>
    /// <value>The default is 1e-3, AUTOTRAINER's ratio of first to last gradient (ICSE 2021); four layers of sigmoid with torch's default initialisation reach it. Bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WarningShare { get; set; } = 1e-3;

    /// <summary>Gets or sets the share of the gradient below which the finding is info.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double InfoShare { get; set; } = 0.05;

    /// <summary>Gets or sets how many saturating activations a stack must have.</summary>
    /// <value>The default is 3: two hidden layers of tanh are common and train; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumDepth { get; set; } = 3;
}
