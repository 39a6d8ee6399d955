using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9012: one of two networks has won.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class AdversarialImbalance(AdversarialImbalanceOptions options) : TaskRule<AdversarialImbalanceOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9012",
        Name = "adversarial-imbalance",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The discriminator knows every sample of the generator, or none.",
        Explanation = $"Losses of adversaries do not converge and need not fall. The rule fires when the discriminator's loss stays next to nothing for a tenth of the run, against what it was in the beginning, while the generator's has risen; or the other way round. "
            + $"A loss that is zero to three decimals, a hundredth of its beginning for half of the run, or a generator's loss of many units is a warning, and less a remark: a discriminator that is ahead by little is how such runs go. Losses that can be negative, as a Wasserstein critic's, have no such level and are not judged.",
        Why = $"A discriminator that is always right has no gradient for the generator; one that is always wrong has nothing to teach.",
        Inputs = [Metric.DiscriminatorLoss, Metric.GeneratorLoss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnbalancedNetworks, Cause.LearningRateTooHigh, Cause.MissingRegularization],
        Remedies =
        [
            new($"Lower the discriminator's learning rate, or raise the generator's (two time scales).", $"The one that is behind must take larger steps."),
            new($"Penalise the discriminator's gradient, or normalise its weights spectrally.", $"A smooth discriminator has a gradient everywhere."),
            new($"Smooth the real labels to 0.9, or add noise to what the discriminator sees.", $"It can then never be certain."),
        ],
        Sources = [TaskRemedies.Sources.Goodfellow, TaskRemedies.Sources.GanHacks, TaskRemedies.Sources.TwoTimeScales, "The maintainer of CycleGAN on losses near 0, https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix/issues/806"],
        Limitations = $"Losses alone tell no quality of samples. Interleaved logs of two runs look like a see-saw.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isDiscriminator = symptom.Variant.Length == 0;
        Text winner = isDiscriminator ? (Text)$"discriminator" : $"generator";
        var penalty = new Remedy
        {
            Title = $"Penalise the discriminator's gradient with a weight of 10, or normalise its weights spectrally",
            Actions = [TaskRemedies.Setting("gradient_penalty", value: 10)],
            Rationale = $"A smooth discriminator has a gradient for the generator even where it is right.",
            Sources = [TaskRemedies.Sources.GradientPenalty, "Miyato et al. 2018, Spectral normalization, arXiv 1802.05957"],
        };
        var slower = new Remedy
        {
            Title = $"Give the {winner} a quarter of its learning rate",
            Actions = [TaskRemedies.Setting(isDiscriminator ? "discriminator_lr" : "generator_lr", factor: 0.25)],
            Rationale = $"Two time scales let the one that is behind catch up. Leave the other rate.",
            Sources = [TaskRemedies.Sources.TwoTimeScales],
        };
        return new Diagnosis(
            $"The {winner} has won",
            $"The {winner}'s loss{(symptom.Values["part"] > 0 ? (Text)$" (one of several pairs)" : $"")}, {symptom.Values["start"]:G3} in the beginning, had a level of {symptom.Evidence[0].Value:G3} from step {symptom.FirstStep} to step {symptom.LastStep}, while the other's rose to {symptom.Values["other"]:G3}.",
            [new(Cause.UnbalancedNetworks, 0.65), new(Cause.MissingRegularization, 0.2), new(Cause.LearningRateTooHigh, 0.1)],
            isDiscriminator ? [slower, penalty] : [slower]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.DiscriminatorLoss, Options.MinimumSamples) ?? facts.Fewer(Metric.GeneratorLoss, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var generators = facts.Parts(Metric.GeneratorLoss).ToList();
        return facts.Parts(Metric.DiscriminatorLoss)
            .Select(one => (one.Part, Discriminator: one.Series, Generator: generators.Find(other => other.Part == one.Part).Series ?? generators[0].Series))
            .SelectMany(pair => new[] { Judge(pair.Discriminator, pair.Generator, pair.Part, true), Judge(pair.Generator, pair.Discriminator, pair.Part, false) })
            .OfType<Symptom>().OrderByDescending(symptom => symptom.Severity).FirstOrDefault();
    }

    private Symptom? Judge(CompactedSeries winner, CompactedSeries loser, string part, bool isDiscriminator)
    {
        if (winner.Count < Options.MinimumSamples || loser.BlockCount < 8 || Lowest(winner) < 0 || Lowest(loser) < 0)
        {
            return null;
        }

        // Many begin with a discriminator that has been given a head start: the best of the first fifth is what a fair game looks like.
        double start = winner.MedianOf(0, 0.2);
        double fair = Math.Max(start, winner.MeanOf(0, 0.05));
        double limit = Math.Min(Options.Level, Options.Share * fair);
        var (share, first) = winner.Longest(value => value < limit);
        if (share < Options.Lasting)
        {
            return null;
        }

        double from = (double)first / winner.BlockCount;
        double level = winner.MedianOf(from, from + share);
        double other = loser.MedianOf(from, from + share);
        double before = loser.MedianOf(0, Math.Max(0.05, Math.Min(0.2, from)));
        bool rose = other > Options.Rise * before || other > Options.LargeLoss;

        // On its way down the loss passes through all levels: where it came to is what its owner sees.
        double end = winner.MedianOf(from + (share / 2), from + share);
        bool isNothing = level < Options.Nothing || (level < 0.01 && other > Options.LargeLoss);
        bool isHopeless = other > 2 * Options.LargeLoss || (rose && end < Options.Hundredth * fair && share >= 2 * Options.ClearLasting);
        bool isClear = isNothing || isHopeless;
        if (!rose && !isClear)
        {
            return null;
        }

        return new Symptom
        {
            Severity = isClear && share >= Options.ClearLasting && isDiscriminator ? Severity.Warning : Severity.Info,
            Confidence = isClear ? 0.75 : 0.5,
            Variant = isDiscriminator ? string.Empty : "generator",
            FirstStep = winner.Steps[first],
            LastStep = winner.StepAt(from + share),
            Evidence = [new Evidence("adversary_level", null, winner.LastStep, level, limit, "<")],
            Values = { ["start"] = fair, ["other"] = other, ["part"] = part.Length },
        };
    }

    private static double Lowest(CompactedSeries series)
    {
        double lowest = double.PositiveInfinity;
        foreach (double value in series.Lowests)
        {
            lowest = Math.Min(lowest, value);
        }

        return lowest;
    }
}

/// <summary>Thresholds of <see cref="AdversarialImbalance"/>.</summary>
public sealed class AdversarialImbalanceOptions
{
    /// <summary>Gets or sets how many losses of each network are needed.</summary>
    /// <value>The default is 20; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets the loss below which a network is hardly ever wrong.</summary>
    /// <value>The default is 0.03, an eighth of what a coin flip gives with least squares; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Level { get; set; } = 0.03;

    /// <summary>Gets or sets the share of its beginning that the loss must fall to.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.2;

    /// <summary>Gets or sets the share of the run for which it must stay there.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Lasting { get; set; } = 0.1;

    /// <summary>Gets or sets the share of the run for which it must stay there to be a warning.</summary>
    /// <value>The default is 0.25; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ClearLasting { get; set; } = 0.25;

    /// <summary>Gets or sets how many times its beginning the other network's loss must be.</summary>
    /// <value>The default is 1.5; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double Rise { get; set; } = 1.5;

    /// <summary>Gets or sets the loss of the other network that is large by itself.</summary>
    /// <value>The default is 4: a sample is taken for real once in fifty; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LargeLoss { get; set; } = 4;

    /// <summary>Gets or sets the share of its beginning that is next to nothing, where it lasts for half of the run while the other's has risen.</summary>
    /// <value>The default is 0.01: least squares then take no sample of the generator for more than a tenth real; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Hundredth { get; set; } = 0.01;

    /// <summary>Gets or sets the loss that is zero to three decimals.</summary>
    /// <value>The default is 0.0005; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Nothing { get; set; } = 0.0005;
}
