using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9015: the router sends nearly everything to a few experts.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ExpertImbalance(ExpertImbalanceOptions options) : TaskRule<ExpertImbalanceOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9015",
        Name = "expert-imbalance",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The router sends nearly everything to a few experts.",
        Explanation = $"The rule takes what the log tells: the share of the busiest expert, the shares of all, or the entropy of the router. It fires when one expert takes more than half, or far more than an even share, for the last quarter of the run, or when the entropy has fallen to a fraction of its beginning.",
        Why = $"Experts without tokens learn nothing, so that the router chooses them even less; the model is as small as those that are left.",
        Inputs = [Metric.ExpertLoadMaximum, Metric.ExpertLoad, Metric.RouterEntropy],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.MissingLoadBalancing, Cause.LearningRateTooHigh],
        Remedies =
        [
            new($"Raise the weight of the balance loss (router_aux_loss_coef, moe_aux_loss_coeff), or balance by a bias on the router.", $"An even load must be worth something."),
            new($"Add a router z-loss or noise to its logits, and lower its learning rate.", $"Large logits make the choice final."),
        ],
        Sources = [TaskRemedies.Sources.Switch, "Zoph et al. 2022, ST-MoE: router z-loss, arXiv 2202.08906", "Wang et al. 2024, Auxiliary-loss-free load balancing, arXiv 2408.15664"],
        Limitations = $"With several layers of experts a mean over them hides one that has collapsed.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isEntropy = symptom.Variant.Length > 0;
        return new Diagnosis(
            $"A few experts take nearly everything",
            isEntropy
                ? (Text)$"The entropy of the router, {symptom.Values["start"]:G3} in the beginning, had a level of {symptom.Evidence[0].Value:G3} in the last quarter of the run, until step {symptom.LastStep}."
                : $"The busiest expert took {Quotation.RelativeTo(symptom.Evidence[0].Value)} the tokens in the last quarter of the run, until step {symptom.LastStep}.",
            [new(Cause.MissingLoadBalancing, 0.7), new(Cause.LearningRateTooHigh, 0.2)],
            [
                new Remedy
                {
                    Title = $"Raise the weight of the balance loss tenfold",
                    Actions = [TaskRemedies.Setting("router_aux_loss_coef", factor: 10)],
                    Rationale = $"An even load must be worth more than what one expert is ahead.",
                    Caveat = $"Use 0.01 at least (router_aux_loss_coef, moe_aux_loss_coeff); with too large a weight experts become alike.",
                    Sources = [TaskRemedies.Sources.Switch],
                },
                new Remedy
                {
                    Title = $"Add a router z-loss of 0.001",
                    Actions = [TaskRemedies.Setting("router_z_loss_coef", value: 0.001)],
                    Rationale = $"Small logits keep the choice open.",
                    Sources = ["Zoph et al. 2022, ST-MoE, arXiv 2202.08906"],
                },
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts)
    {
        long count = new[] { Metric.ExpertLoadMaximum, Metric.ExpertLoad, Metric.RouterEntropy }.Max(metric => facts.Parts(metric).Select(part => part.Series.Count).DefaultIfEmpty().Max());
        return count >= Options.MinimumSamples ? null : (Text)$"needs {Options.MinimumSamples} loads of experts, had {count}";
    }

    internal override Symptom? Judge(RunFacts facts)
    {
        if (facts.Series(Metric.ExpertLoadMaximum) is { BlockCount: >= 4 } busiest && busiest.MedianOf(0.75, 1) is <= 1 and var share && share > Options.Share)
        {
            return Found(busiest, share, Options.Share);
        }

        var loads = facts.Parts(Metric.ExpertLoad).ToList();
        double total = loads.Sum(load => load.Series.MeanOf(0.75, 1));
        if (loads.Count > 1 && total > 0 && loads.MaxBy(load => load.Series.MeanOf(0.75, 1)) is var most && most.Series.MeanOf(0.75, 1) / total is var part && part > Math.Max(Options.Share, Math.Min(0.9, Options.Even / loads.Count)))
        {
            return Found(most.Series, part, Options.Share);
        }

        if (loads.Count > 1 && total > 0 && HasFew([.. loads.Select(load => load.Series.MeanOf(0.75, 1) / total)]))
        {
            return Found(loads.MaxBy(load => load.Series.MeanOf(0.75, 1)).Series, loads.Max(load => load.Series.MeanOf(0.75, 1)) / total, Options.Multiple / loads.Count);
        }

        if (facts.Series(Metric.RouterEntropy) is { BlockCount: >= 4 } entropy && entropy.MeanOf(0, 0.1) is > 0 and var start && entropy.MedianOf(0.75, 1) < Options.EntropyShare * start)
        {
            var symptom = Found(entropy, entropy.MedianOf(0.75, 1), Options.EntropyShare * start, "entropy", "<");
            symptom.Values["start"] = start;
            return symptom;
        }

        // The number of experts is what the router's entropy was the logarithm of before it had preferences.
        if (facts.Series(Metric.RouterEntropy) is { BlockCount: >= 4 } router && facts.Series(Metric.ExpertLoadMaximum) is { BlockCount: >= 4 } load && load.MedianOf(0.75, 1) is <= 1 and var largest
            && router.MeanOf(0, 0.1) is > 0 and var before && router.MedianOf(0.75, 1) < before + Math.Log(Options.InUse) && largest > Options.Multiple * Math.Exp(-before))
        {
            return Found(load, largest, Options.Multiple * Math.Exp(-before));
        }

        return null;
    }

    /// <summary>Tells whether most is left to a few of many experts: by how many equally loaded ones would have the same entropy.</summary>
    private bool HasFew(double[] shares)
    {
        double entropy = -shares.Where(share => share > 0).Sum(share => share * Math.Log(share));
        return Math.Exp(entropy) < Options.InUse * shares.Length && shares.Max() > Options.Multiple / shares.Length;
    }

    private static Symptom Found(Statistics.CompactedSeries series, double level, double limit, string variant = "", string comparison = ">") => new()
    {
        Severity = Severity.Warning,
        Confidence = 0.8,
        Variant = variant,
        FirstStep = series.StepAt(0.75),
        LastStep = series.LastStep,
        Evidence = [new Evidence(variant.Length > 0 ? "entropy_level" : "load_level", null, series.LastStep, level, limit, comparison)],
    };
}

/// <summary>Thresholds of <see cref="ExpertImbalance"/>.</summary>
public sealed class ExpertImbalanceOptions
{
    /// <summary>Gets or sets how many values are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of one expert that is too much.</summary>
    /// <value>The default is 0.6; twice an even share is usual; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.6;

    /// <summary>Gets or sets how many times an even share one of few experts may take.</summary>
    /// <value>The default is 1.8, so that one of two may take nine tenths; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double Even { get; set; } = 1.8;

    /// <summary>Gets or sets how many times an even share the busiest of many experts may have, where few are in use.</summary>
    /// <value>The default is 3.5; twice an even share is usual; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double Multiple { get; set; } = 3.5;

    /// <summary>Gets or sets the share of the experts that must be in use, counted as those that would have the same entropy with equal loads.</summary>
    /// <value>The default is 0.4; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double InUse { get; set; } = 0.4;

    /// <summary>Gets or sets the share of its beginning below which the router's entropy has collapsed.</summary>
    /// <value>The default is 0.5; 0.7 to 0.9 of the largest is usual; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double EntropyShare { get; set; } = 0.5;
}
