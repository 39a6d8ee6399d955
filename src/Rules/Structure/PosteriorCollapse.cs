using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7012: the latent of a variational autoencoder carries nothing.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PosteriorCollapse(PosteriorCollapseOptions options) : Rule<PosteriorCollapseOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7012",
        Name = "posterior-collapse",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"The latent of a variational autoencoder carries nothing.",
        Explanation = $"Two narrow layers of one shape, called one after the other on the same features, are taken for the heads of a latent: its means and its log-variances. The rule fires when both end at zero for every sample, which is the prior itself, while the model goes on answering.",
        Why = $"The decoder gets noise alone and answers with the mean sample; the code is the same for everything.",
        Inputs = [Metric.OutputAbsoluteMaximum, Metric.CallOrder],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.ExcessiveRegularization, Cause.WrongLoss],
        Remedies =
        [
            new($"Lower the weight of the divergence, or raise it from 0 over the first epochs.", $"The reconstruction must be worth more than what the code costs."),
            new($"Sum the reconstruction over elements as the divergence is summed over the latent.", $"A mean over many elements makes the divergence too heavy by their number."),
        ],
        Sources = ["Bowman et al. 2016: annealing the divergence", "Higgins et al. 2017, beta-VAE", "He et al. 2019: lagging inference networks"],
        Limitations = $"Heads that are no latent and end near zero look the same; only models that reconstruct, or whose task is not told, are judged.",
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
        return new Diagnosis(
            $"The latent has collapsed to its prior",
            $"Means and log-variances ({ModelFacts.Names(symptom.Layers)}) came to {symptom.Evidence[0].Value:G3} at most, for every sample (limit {symptom.Evidence[0].Limit:G3}): the code says nothing of the input.",
            [new(Cause.ExcessiveRegularization, 0.75), new(Cause.WrongLoss, 0.15)],
            [
                new Remedy
                {
                    Title = $"Weigh the divergence less, or raise its weight from 0",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "reconstruction + weight * divergence" }],
                    Rationale = $"A code costs its divergence; where that is more than it saves in reconstruction, the best code is none.",
                    Caveat = $"With too small a weight samples from the prior look worse.",
                    Code = "double weight = Math.Min(1, step / 5000.0);\nvar loss = (output - x).square().sum(1).mean() + (weight * divergence);",
                    Sources = ["Bowman et al. 2016", "Higgins et al. 2017, beta-VAE"],
                },
            ]);
    }

    private sealed class Evaluator(PosteriorCollapseOptions options, RuleContext context) : RuleEvaluator
    {
        private long _samples;

        public override Text? WhyNotEvaluated => _samples >= options.MinimumSteps ? null : (Text)$"needs {options.MinimumSteps} measured steps";

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.OutputAbsoluteMaximum && context.Facts.Scopes[measurement.Scope].Name == LayerChain.OutputScope)
            {
                _samples++;
            }
        }

        public override void Complete()
        {
            if (_samples < options.MinimumSteps || context.Run.Model is not { } model || context.Run.Task is not (null or TrainingTask.Reconstruction))
            {
                return;
            }

            var order = model.Leaves.Where(leaf => context.Facts.Of(Metric.CallOrder, leaf.Path) is not null)
                .OrderBy(leaf => context.Facts.Of(Metric.CallOrder, leaf.Path)!.Value.Last).ToList();
            foreach (var (mean, variance) in order.Zip(order.Skip(1)).SkipLast(1))
            {
                if (mean.Kind is LayerKind.Linear or LayerKind.Convolution && mean.Kind == variance.Kind && mean.InputFeatures == variance.InputFeatures && mean.OutputFeatures == variance.OutputFeatures
                    && mean.OutputFeatures < mean.InputFeatures && Size(mean) is { } one && Size(variance) is { } other && Math.Max(one, other) < options.MaximumSize
                    && Size(LayerChain.OutputScope) > options.MaximumSize)
                {
                    context.Open(new Symptom
                    {
                        Severity = Severity.Warning,
                        Layers = [mean.Path, variance.Path],
                        FirstStep = context.Facts.FirstStep,
                        LastStep = context.Facts.LastStep,
                        Evidence = [new Evidence("latent_size", mean.Path, context.Facts.LastStep, Math.Max(one, other), options.MaximumSize, "<")],
                    });
                    return;
                }
            }
        }

        private double? Size(LayerDescription layer) => Size(layer.Path);

        private double? Size(string layer) => context.Facts.Of(Metric.OutputAbsoluteMaximum, layer)?.Recent;
    }
}

/// <summary>Thresholds of <see cref="PosteriorCollapse"/>.</summary>
public sealed class PosteriorCollapseOptions
{
    /// <summary>Gets or sets how far from zero means and log-variances may be for the latent to be its prior.</summary>
    /// <value>The default is 0.2: a code of 0.2 standard deviations carries 0.03 bits; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumSize { get; set; } = 0.2;

    /// <summary>Gets or sets how many measured steps it takes.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 20;
}
