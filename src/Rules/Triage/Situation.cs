using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Rules.Triage;

/// <summary>Leaves out remedies that have no place in the run's situation, and says the others as the run's framework says them.</summary>
/// <remarks>
/// What a kind of change needs is declared in <c>frameworks.json</c>, as is what each framework offers: new activations need an architecture that is the user's own, and weights that were not
/// trained before; clearing gradients needs a loop of one's own; clipping needs a network.
/// </remarks>
internal static class Situation
{
    private const string OwnArchitecture = "own-architecture";
    private const string Network = "network";
    private const string OwnLoop = "own-loop";

    private static readonly Cause[] OfOwnNetworks =
    [
        Cause.DyingRelu, Cause.SaturatingActivation, Cause.AsymmetricActivation, Cause.PoorInitialization, Cause.MissingNormalization, Cause.TooDeepWithoutSkip, Cause.MissingNonlinearity,
    ];

    /// <summary>Returns the findings with causes and remedies that fit the run.</summary>
    /// <param name="findings">The findings, with remedies that agree.</param>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<Finding> Fit(IReadOnlyList<Finding> findings, RunDescription run)
    {
        var framework = FrameworkCatalog.Of(run);
        return
        [
            .. findings.Select(finding => finding with
            {
                Causes = Conceivable(finding.Causes, framework, run),
                Remedies = [.. Remaining(finding.Remedies, framework, run).Select(remedy => Speak(remedy, framework, run))],
            }),
        ];
    }

    /// <summary>Where trees are grown, or the architecture is that of a library or was trained before, no activation function and no initialisation is to blame that nobody measured.</summary>
    private static IReadOnlyList<CauseLikelihood> Conceivable(IReadOnlyList<CauseLikelihood> causes, Framework framework, RunDescription run)
    {
        bool isOwn = run.Model is not null || (Offers(OwnArchitecture, framework, run) && Offers(Network, framework, run));
        var conceivable = isOwn ? causes : [.. causes.Where(cause => !OfOwnNetworks.Contains(cause.Cause))];
        return conceivable.Count > 0 ? conceivable : causes;
    }

    /// <summary>Tells whether a remedy has a place in a run.</summary>
    /// <param name="remedy">The remedy.</param>
    /// <param name="framework">The run's framework.</param>
    /// <param name="run">The run.</param>
    internal static bool Fits(Remedy remedy, Framework framework, RunDescription run) =>
        remedy.Actions.All(action => !FrameworkCatalog.Needs.TryGetValue(KebabCase.Of(action.Kind), out var needs) || needs.All(need => Offers(need, framework, run)));

    private static bool Offers(string need, Framework framework, RunDescription run) =>
        framework.Offers.Contains(need)
        && !(need == OwnArchitecture && run.Situation is { IsPretrained: true } or { IsAdapter: true })
        && !(need is Network or OwnLoop && run.Task == TrainingTask.Boosting);

    /// <summary>A finding is never left without a remedy: where none of its own has a place, a look at the data always has.</summary>
    private static IEnumerable<Remedy> Remaining(IReadOnlyList<Remedy> remedies, Framework framework, RunDescription run)
    {
        var fitting = remedies.Where(remedy => Fits(remedy, framework, run)).ToList();
        return fitting.Count > 0 || remedies.Count == 0 ? fitting : [DataRemedies.Inspect()];
    }

    private static Remedy Speak(Remedy remedy, Framework framework, RunDescription run)
    {
        // Whatever grew trees that nobody has named, it was no network.
        bool isOther = run.Task == TrainingTask.Boosting && framework.Offers.Contains(Network);
        string? code = isOther ? null : framework.Name == "torchsharp" ? remedy.Code : framework.CodeOf(remedy.Actions);
        return remedy with { Code = code, Framework = code is null ? null : framework.Name, Language = code is null ? null : framework.Language };
    }
}
