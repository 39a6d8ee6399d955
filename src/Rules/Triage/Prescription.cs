using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Triage;

/// <summary>
/// Makes the remedies of all findings one prescription: a run has one advice for its learning rate, that of the root finding, and whatever contradicts a remedy nearer to the root is left out.
/// </summary>
/// <remarks>Each rule prescribes by what it saw itself, so that the same run can look too fast to one and too slow to another. Only here it is known which of them saw the root.</remarks>
internal static class Prescription
{
    /// <summary>A direction is known when one cause is at least this many times as likely as its opposite.</summary>
    private const double Certain = 2;

    /// <summary>Changes that undo each other.</summary>
    private static readonly (RemedyActionKind, RemedyActionKind)[] Opposites =
    [
        (RemedyActionKind.AddDropout, RemedyActionKind.RemoveDropout),
        (RemedyActionKind.ReduceCapacity, RemedyActionKind.IncreaseCapacity),
        (RemedyActionKind.TrainLonger, RemedyActionKind.StopEarly),
        (RemedyActionKind.AddNormalization, RemedyActionKind.RemoveNormalization),
    ];

    /// <summary>Returns the findings with remedies that agree.</summary>
    /// <param name="findings">The findings, the root first.</param>
    /// <param name="facts">The run.</param>
    public static IReadOnlyList<Finding> Agree(IReadOnlyList<Finding> findings, RunFacts facts)
    {
        var advice = RateAdvice(findings, facts);
        var given = new List<(RemedyAction Action, Remedy Remedy)>();
        var agreed = new List<Finding>();
        foreach (var finding in findings)
        {
            var remedies = new List<Remedy>();
            Remedy? instead = null;
            foreach (var remedy in finding.Remedies.Select(remedy => WithRate(remedy, advice)))
            {
                if (given.FirstOrDefault(other => Claims(remedy).Any(action => Contradicts(action, other.Action, facts))) is { Remedy: { } stronger })
                {
                    instead ??= stronger;
                }
                else if (!remedies.Any(other => other.Title.Equals(remedy.Title)))
                {
                    remedies.Add(remedy);
                    given.AddRange(Claims(remedy).Select(action => (action, remedy)));
                }
            }

            agreed.Add(finding with { Remedies = remedies.Count == 0 && instead is not null ? [instead] : remedies });
        }

        return agreed;
    }

    /// <summary>Gets what a remedy stands for: one that puts a normalisation in place of another is for normalising.</summary>
    /// <param name="remedy">The remedy.</param>
    internal static IEnumerable<RemedyAction> Claims(Remedy remedy) => remedy.Actions.Any(action => action.Kind == RemedyActionKind.AddNormalization)
        ? remedy.Actions.Where(action => action.Kind != RemedyActionKind.RemoveNormalization)
        : remedy.Actions;

    /// <summary>Tells whether two changes undo each other, or set one thing to two values.</summary>
    /// <param name="action">The one.</param>
    /// <param name="other">The other.</param>
    /// <param name="facts">The run, which knows what is set now.</param>
    internal static bool Contradicts(RemedyAction action, RemedyAction other, RunFacts facts) =>
        Opposites.Any(pair => pair == (action.Kind, other.Kind) || pair == (other.Kind, action.Kind))
        || (action.Kind == other.Kind && action.Kind switch
        {
            RemedyActionKind.AddWeightDecay => IsMoreDecay(action, facts) != IsMoreDecay(other, facts),
            RemedyActionKind.AddWarmup => action.Steps != other.Steps,
            RemedyActionKind.ClipGradientNorm => action.MaxNorm != other.MaxNorm,
            RemedyActionKind.SetLearningRate => action.Value != other.Value,
            RemedyActionKind.ChangeBatchSize => IsLarger(action, facts) != IsLarger(other, facts),
            _ => false,
        })
        || (action.Kind == RemedyActionKind.ScaleLearningRate && other.Kind == RemedyActionKind.ScaleLearningRate && action.Factor != other.Factor);

    private static bool IsMoreDecay(RemedyAction action, RunFacts facts) =>
        action.Factor is { } factor ? factor > 1 : action.Value is not { } value || value > (facts.Run.Optimizer?.WeightDecay ?? 0);

    private static bool IsLarger(RemedyAction action, RunFacts facts) =>
        action.Factor is { } factor ? factor > 1 : action.Value is { } value && value > (facts.Of(Metric.BatchSize)?.Maximum ?? 0);

    /// <summary>The advice of the first finding that has one; a range test where that finding itself does not know the direction.</summary>
    private static Remedy? RateAdvice(IReadOnlyList<Finding> findings, RunFacts facts)
    {
        foreach (var finding in findings.OrderByDescending(finding => finding.Severity >= Severity.Warning))
        {
            var advices = finding.Remedies.Where(IsRateAlone).ToList();
            if (advices.Count == 0)
            {
                continue;
            }

            bool isTorn = advices.Any(advice => IsLower(advice, facts)) && advices.Any(advice => !IsLower(advice, facts));
            double tooHigh = LikelihoodOf(finding, Cause.LearningRateTooHigh);
            double tooLow = LikelihoodOf(finding, Cause.LearningRateTooLow);
            return !isTorn ? advices[0]
                : tooHigh >= Certain * tooLow ? advices.First(advice => IsLower(advice, facts))
                : tooLow >= Certain * tooHigh ? advices.First(advice => !IsLower(advice, facts))
                : LearningRateRemedies.RangeTest(facts);
        }

        return null;
    }

    private static double LikelihoodOf(Finding finding, Cause cause) => finding.Causes.FirstOrDefault(item => item.Cause == cause)?.Likelihood ?? 0;

    /// <summary>A remedy that is about the rate becomes the run's advice; one that changes the rate beside something else takes its number over.</summary>
    private static Remedy WithRate(Remedy remedy, Remedy? advice)
    {
        if (advice is null || !remedy.Actions.Any(IsRate))
        {
            return remedy;
        }

        // A range test is a step of its own before any training, and no part of another remedy.
        var rate = advice.Actions.Where(action => action.Kind != RemedyActionKind.TestLearningRates).ToList();
        return IsRateAlone(remedy) ? advice : remedy with { Actions = [.. remedy.Actions.SelectMany(action => IsRate(action) ? rate : [action])] };
    }

    private static bool IsRateAlone(Remedy remedy) => remedy.Actions.Count > 0 && remedy.Actions.All(IsRate);

    private static bool IsRate(RemedyAction action) => action.Kind is RemedyActionKind.SetLearningRate or RemedyActionKind.ScaleLearningRate or RemedyActionKind.TestLearningRates;

    private static bool IsLower(Remedy advice, RunFacts facts) => advice.Actions[0] is { Factor: { } factor } ? factor < 1
        : facts.Of(Metric.LearningRate) is { } rate && advice.Actions[0].Value < rate.Maximum;
}
