using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>
/// A loss below zero whose fall does not slow down. Likelihoods of numbers, bounds on them and margins become negative too, and settle: what is left to win becomes less. A distance, divergence
/// or entropy that is rewarded has no least value, and neither has minus the density of a point that a variance may close in on: there each step wins as much as the one before, or more.
/// </summary>
/// <param name="options">Its thresholds.</param>
internal sealed class EndlessFall(ImplausibleLossOptions options)
{
    /// <summary>The variant of a symptom.</summary>
    public const string Variant = "endless";

    private const int FewestBlocks = 20;
    private const double Significance = 5;

    /// <summary>Finds the fall, at the end of the run.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="first">Where the loss began.</param>
    /// <returns>The symptom; null where the loss has a bottom, or may have one.</returns>
    public Symptom? Find(RunFacts facts, double first)
    {
        // What an actor loses is minus the value of what it does, which grows with what it has learnt to earn.
        if (facts.LossSeries is not { BlockCount: >= FewestBlocks } series || facts.Has(Metric.Reward))
        {
            return null;
        }

        double limit = -options.EndlessMultiple * Math.Max(Math.Abs(first), options.BoundedSize);
        double start = series.MeanOf(0, 0.1);
        double middle = series.MeanOf(0.45, 0.55);
        double later = series.MeanOf(0.675, 0.775);
        double end = series.MeanOf(0.9, 1);
        bool isFar = end < limit && middle - end > Significance * ErrorOf(series);
        bool isUnslowed = middle - end > options.Unslowed * (start - middle) && later - end > options.UnslowedAtTheEnd * (middle - later);
        if (!isFar || !isUnslowed)
        {
            return null;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.85,
            Variant = Variant,
            FirstStep = series.FirstStep,
            LastStep = series.LastStep,
            Evidence = [new Evidence(MetricCatalog.NameOf(Metric.Loss), null, series.LastStep, series.Last, series.Last < limit ? limit : null, "<")],
            Values = { ["early"] = start - middle, ["late"] = middle - end },
        };
    }

    /// <summary>Puts it into words.</summary>
    /// <param name="symptom">The symptom.</param>
    /// <param name="facts">The run.</param>
    public static Diagnosis Describe(Symptom symptom, RunFacts facts)
    {
        var evidence = symptom.Evidence[0];
        return new Diagnosis(
            $"The loss falls without end, to {evidence.Value:G4}",
            $"The loss was {facts.LossSeries.First:G4} at step {facts.LossSeries.FirstStep} and {evidence.Value:G4} at step {evidence.Step}. Its mean level fell by {symptom.Values["late"]:G4} in the second half of the run and by {symptom.Values["early"]:G4} in the first: nothing slows it down.",
            [new(Cause.WrongLoss, 0.85), new(Cause.MissingRegularization, 0.1)],
            [
                new Remedy
                {
                    Title = $"Turn the sign of the term that falls, or give it a least value",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a loss that has a least value" }],
                    Rationale = $"An optimizer takes all it can get: a distance, divergence or entropy that enters with a minus is driven to infinity, and a density rises without end over a point as its variance closes in.",
                    Caveat = $"Log each term by itself: the one that goes on falling is the one to look at.",
                    Code = "var loss = reconstruction + divergence; // what should become small enters with a plus\nvar logVariance = output.clamp(-6, 6); // a density keeps a least width",
                    Sources = ["Kingma and Welling 2014, Auto-encoding variational Bayes, ICLR, arXiv:1312.6114", "Bishop 2006, Pattern Recognition and Machine Learning, section 9.2.1: singularities of the likelihood"],
                },
            ]);
    }

    private static double ErrorOf(CompactedSeries series) => Math.Sqrt(Math.Pow(series.ErrorOf(0.45, 0.55), 2) + Math.Pow(series.ErrorOf(0.9, 1), 2));
}
