namespace TrainingDoctor.Rules.Triage;

/// <summary>Weighs the causes that a rule names by what was measured for and against each.</summary>
/// <remarks>
/// A rule knows how often each cause is behind its symptom. What was measured in this run says more: a cause with something against it counts for a part, an impossible one for next to nothing,
/// and one that nothing speaks for stays below those that something does.
/// </remarks>
internal static class CauseWeighing
{
    /// <summary>From this likelihood on a rule names a cause because of the very numbers that its finding shows.</summary>
    private const double Direct = 0.5;

    /// <summary>From this likelihood on what a rule has seen outweighs what speaks against a cause in general.</summary>
    private const double Certain = 0.75;
    private const double Supported = 2;
    private const double Opposed = 0.3;
    private const double Impossible = 0.02;
    private const double Below = 0.9;
    private const double Least = 0.005;

    /// <summary>Weighs causes.</summary>
    /// <param name="causes">The causes with the likelihoods that a rule gives them.</param>
    /// <param name="symptom">The symptom.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="facts">The run.</param>
    /// <returns>The causes, the likeliest first; their likelihoods sum to what they summed to.</returns>
    public static IReadOnlyList<CauseLikelihood> Weigh(IReadOnlyList<CauseLikelihood> causes, Symptom symptom, RuleDescriptor rule, RunFacts facts)
    {
        var weighed = causes.Where(cause => cause.Likelihood > 0).Select(cause => Weigh(cause, symptom, rule, facts)).ToList();
        double supported = weighed.Where(IsSupported).Select(cause => cause.Likelihood).DefaultIfEmpty(double.PositiveInfinity).Min();
        weighed = weighed.ConvertAll(cause => IsSupported(cause) || cause.Likelihood < supported ? cause : cause with { Likelihood = Below * supported });
        double before = causes.Sum(cause => Math.Max(0, cause.Likelihood));
        double after = weighed.Sum(cause => cause.Likelihood);
        if (after > 0)
        {
            weighed = weighed.ConvertAll(cause => cause with { Likelihood = Math.Round(cause.Likelihood * before / after, 2) });
        }

        return [.. weighed.Where(cause => cause.Likelihood > Least).OrderByDescending(cause => cause.Likelihood)];
    }

    private static bool IsSupported(CauseLikelihood cause) => cause.Evidence.Any(evidence => evidence.IsFor) && !cause.Evidence.Any(evidence => !evidence.IsFor);

    private static CauseLikelihood Weigh(CauseLikelihood cause, Symptom symptom, RuleDescriptor rule, RunFacts facts)
    {
        var evidence = CauseSigns.Of(cause.Cause, symptom, rule, facts).Where(item => cause.Likelihood < Certain || item.IsFor || item.IsDecisive).ToList();
        if (cause.Likelihood >= Direct && symptom.Evidence.Count > 0 && !evidence.Exists(item => !item.IsFor))
        {
            evidence.Insert(0, new CauseEvidence(symptom.Evidence[0], true));
        }

        double factor = evidence.Exists(item => item is { IsFor: false, IsDecisive: true }) ? Impossible
            : evidence.Exists(item => !item.IsFor) ? evidence.Exists(item => item.IsFor) ? 1 : Opposed
            : evidence.Exists(item => item.IsFor) ? Supported
            : 1;
        return cause with { Likelihood = cause.Likelihood * factor, Evidence = evidence };
    }
}
