namespace TrainingDoctor.Tests.Examples;

/// <summary>A healthy and an ill run for one rule: shown on its page, and held against it by a test.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Healthy">Measurements on which the rule must stay silent.</param>
/// <param name="Ill">Measurements on which it must fire.</param>
internal sealed record RuleExample(string RuleId, Trace Healthy, Trace Ill)
{
    /// <summary>Gets what is known of the healthy run besides its measurements.</summary>
    public RunDescription HealthyRun { get; init; } = new();

    /// <summary>Gets what is known of the ill run besides its measurements.</summary>
    public RunDescription IllRun { get; init; } = new();

    /// <summary>Gets what good runs usually do, for the rule that holds runs against it; null for the others.</summary>
    public INormalRuns? Normal { get; init; }

    /// <summary>Makes the rule with default options.</summary>
    public Rule CreateRule()
    {
        var rules = RuleSet.Of([RuleCatalog.Find(RuleId)!.CreateDefault()]);
        return (Normal is null ? rules : rules.WithNormal(Normal)).Rules[0].Rule;
    }

    /// <summary>Gets the metric that the plots show; null for rules of the structure, which have nothing to plot.</summary>
    public Metric? Shown { get; init; }

    /// <summary>Gets the caption of the healthy plot.</summary>
    public string HealthyCaption { get; init; } = "A healthy run";

    /// <summary>Gets the caption of the ill plot.</summary>
    public string IllCaption { get; init; } = "An ill run";
}
