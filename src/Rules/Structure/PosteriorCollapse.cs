using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

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
        Explanation = $"Where the divergence of the latent is logged beside the reconstruction, the rule fires when it ends next to nothing: below a hundredth of the reconstruction and a tenth of a nat, after it was larger or from the beginning. "
            + $"In a model, two narrow layers of one shape, called one after the other on the same features, are taken for the heads of a latent, its means and its log-variances; there it fires when both end at zero for every sample, which is the prior itself, while the model goes on answering.",
        Why = $"The decoder gets noise alone and answers with the mean sample; the code is the same for everything.",
        Inputs = [Metric.OutputAbsoluteMaximum, Metric.CallOrder, Metric.LatentDivergence, Metric.ReconstructionLoss, Metric.LatentWeight],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.ExcessiveRegularization, Cause.WrongLoss],
        Remedies =
        [
            new($"Lower the weight of the divergence, or raise it from 0 over the first epochs.", $"The reconstruction must be worth more than what the code costs."),
            new($"Sum the reconstruction over elements as the divergence is summed over the latent.", $"A mean over many elements makes the divergence too heavy by their number."),
        ],
        Sources = ["Bowman et al. 2016: annealing the divergence", "Higgins et al. 2017, beta-VAE", "He et al. 2019: lagging inference networks"],
        Limitations = $"Heads that are not a latent and end near zero look the same; only models that reconstruct, or whose task is not given, are judged. A logged divergence that is weighted is zero while its weight is.",
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
            symptom.Layers.Count == 0
                ? (Text)$"The divergence of the latent had a level of {symptom.Evidence[0].Value:G3} in the last quarter of the run, until step {symptom.LastStep}, beside a reconstruction of {symptom.Values["reconstruction"]:G4}: the code says nothing of the input."
                : $"Means and log-variances ({ModelFacts.Names(symptom.Layers)}) came to {symptom.Evidence[0].Value:G3} at most, for every sample (limit {symptom.Evidence[0].Limit:G3}): the code says nothing of the input.",
            [new(Cause.ExcessiveRegularization, 0.75), new(Cause.WrongLoss, 0.15)],
            [
                new Remedy
                {
                    Title = $"Weigh the divergence less, or raise its weight from 0",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "reconstruction + weight * divergence" }],
                    Rationale = $"A code costs its divergence; where that is more than it saves in reconstruction, the best code is none. Free bits (a divergence below a bound counts as the bound) do the same.",
                    Caveat = $"With too small a weight samples from the prior look worse.",
                    Code = "double weight = Math.Min(1, step / 5000.0);\nvar loss = (output - x).square().sum(1).mean() + (weight * divergence);",
                    Sources = ["Bowman et al. 2016", "Higgins et al. 2017, beta-VAE"],
                },
            ]);
    }

    private sealed class Evaluator : RuleEvaluator
    {
        private readonly PosteriorCollapseOptions _options;
        private readonly RuleContext _context;
        private readonly RunningVerdict _divergence;
        private long _samples;

        public Evaluator(PosteriorCollapseOptions options, RuleContext context)
        {
            (_options, _context) = (options, context);
            _divergence = new RunningVerdict(context, 64, 2, () => HasDivergence ? OfDivergence() : null);
        }

        public override Text? WhyNotEvaluated => (_samples >= _options.MinimumSteps && _context.Run.Model is not null) || HasDivergence ? null
            : _context.Run.Model is null ? $"needs the divergence of the latent, or the structure of the model" : (Text)$"needs {_options.MinimumSteps} measured steps";

        private bool HasDivergence => _context.Facts.Of(Metric.LatentDivergence) is { } divergence && divergence.Count >= _options.MinimumDivergences;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.LatentDivergence)
            {
                _divergence.Observe(measurement.Step);
            }
            else if (measurement.Metric == Metric.OutputAbsoluteMaximum && _context.Facts.Scopes[measurement.Scope].Name == LayerChain.OutputScope)
            {
                _samples++;
            }
        }

        public override void Complete()
        {
            _divergence.Complete();
            if ((HasDivergence && OfDivergence() is not null) || _samples < _options.MinimumSteps || _context.Run.Model is not { } model || _context.Run.Task is not (null or TrainingTask.Reconstruction or TrainingTask.Variational))
            {
                return;
            }

            var order = model.Leaves.Where(leaf => _context.Facts.Of(Metric.CallOrder, leaf.Path) is not null)
                .OrderBy(leaf => _context.Facts.Of(Metric.CallOrder, leaf.Path)!.Value.Last).ToList();
            foreach (var (mean, variance) in order.Zip(order.Skip(1)).SkipLast(1))
            {
                if (mean.Kind is LayerKind.Linear or LayerKind.Convolution && mean.Kind == variance.Kind && mean.InputFeatures == variance.InputFeatures && mean.OutputFeatures == variance.OutputFeatures
                    && mean.OutputFeatures < mean.InputFeatures && Size(mean) is { } one && Size(variance) is { } other && Math.Max(one, other) < _options.MaximumSize
                    && Size(LayerChain.OutputScope) > _options.MaximumSize)
                {
                    _context.Open(new Symptom
                    {
                        Severity = Severity.Warning,
                        Layers = [mean.Path, variance.Path],
                        FirstStep = _context.Facts.FirstStep,
                        LastStep = _context.Facts.LastStep,
                        Evidence = [new Evidence("latent_size", mean.Path, _context.Facts.LastStep, Math.Max(one, other), _options.MaximumSize, "<")],
                    });
                    return;
                }
            }
        }

        /// <summary>A divergence next to nothing beside its reconstruction is that of a code that carries nothing; while its weight is being raised it is none yet.</summary>
        private Symptom? OfDivergence()
        {
            var divergence = _context.Facts.Series(Metric.LatentDivergence)!;
            var rest = _context.Facts.Series(Metric.ReconstructionLoss) ?? _context.Facts.Series(Metric.Loss);
            double end = divergence.MedianOf(0.75, 1);
            double reconstruction = rest?.MedianOf(0.75, 1) ?? double.NaN;
            double highest = divergence.Best(1, -1).Mean;
            bool isRaised = _context.Facts.Of(Metric.LatentWeight) is { } weight && weight.Last < weight.Maximum / 2;
            bool isNothing = end < _options.MaximumShare * Math.Abs(reconstruction) && end < _options.MaximumDivergence && (end < 0.05 * highest || highest < _options.MaximumDivergence / 10);
            if (isRaised || !isNothing || end < -1e-9 || _context.Facts.Of(Metric.LatentWeight) is { Last: 0 })
            {
                return null;
            }

            return new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.8,
                FirstStep = divergence.StepAt(0.75),
                LastStep = divergence.LastStep,
                Evidence = [new Evidence("divergence_level", null, divergence.LastStep, end, Math.Min(_options.MaximumDivergence, _options.MaximumShare * Math.Abs(reconstruction)), "<")],
                Values = { ["reconstruction"] = reconstruction },
            };
        }

        private double? Size(LayerDescription layer) => Size(layer.Path);

        private double? Size(string layer) => _context.Facts.Of(Metric.OutputAbsoluteMaximum, layer)?.Recent;
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

    /// <summary>Gets or sets how many logged divergences it takes.</summary>
    /// <value>The default is 8; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumDivergences { get; set; } = 8;

    /// <summary>Gets or sets the share of the reconstruction below which a divergence carries nothing.</summary>
    /// <value>The default is 0.01; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumShare { get; set; } = 0.01;

    /// <summary>Gets or sets the divergence below which a code carries nothing, in nats.</summary>
    /// <value>The default is 0.1: a seventh of a bit in all; bounds 0 to 1000.</value>
    [Range(0.0, 1000.0)]
    public double MaximumDivergence { get; set; } = 0.1;
}
