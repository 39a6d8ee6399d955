namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>How the diagnosis of one log stands to its label.</summary>
/// <param name="Log">The log.</param>
/// <param name="Findings">All findings.</param>
/// <param name="Primaries">The primary findings of its runs.</param>
internal sealed record LogVerdict(LabelledLog Log, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding> Primaries)
{
    private static readonly HashSet<string> Nothing = [];

    public LogLabel Label => Log.Label;

    public bool IsClear => Label is { Kind: "ill", Grade: null or "clear" };

    public bool IsMild => Label is { Kind: "ill", Grade: "mild" };

    public bool IsHealthy => Label.Kind == "healthy";

    /// <summary>Gets a value indicating whether experts agree on what the log shows.</summary>
    public bool IsAgreed => Label.Kind is not ("unclear" or "disputed");

    public bool IsCaught => Loud.Any(Expected.Contains);

    public bool IsClean => Log.Runs.Count > 0 && !Loud.Any();

    public bool HasRightPrimary => Primaries.Any(finding => Expected.Contains(finding.Rule.Name));

    public bool IsMentioned => Findings.Any(finding => IsTrue(finding));

    public bool IsWrong => Loud.Any(name => Label.MustNot?.Contains(name) == true);

    private IEnumerable<string> Loud => Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => finding.Rule.Name);

    private IReadOnlyCollection<string> Expected => Label.Expect ?? (IReadOnlyCollection<string>)Nothing;

    /// <summary>Diagnoses a log.</summary>
    public static LogVerdict Of(LabelledLog log, RuleSet rules, Func<KeptRun, IEnumerable<Measurement>>? change = null)
    {
        var runs = log.Runs.Select(run => run.Diagnose(rules, change?.Invoke(run))).ToList();
        return new LogVerdict(log, [.. runs.SelectMany(run => run.Findings).Where(finding => finding.Rule.Name != "damaged-log")], [.. runs.Select(run => run.Primary).OfType<Finding>()]);
    }

    /// <summary>Tells whether a finding says what the expert says.</summary>
    public bool IsTrue(Finding finding) => Expected.Contains(finding.Rule.Name) || Label.Acceptable?.Contains(finding.Rule.Name) == true;
}

/// <summary>The figures of many logs.</summary>
internal sealed record LogFigures(Share Clear, Share Primary, Share Healthy, Share Mild, Share NotWrong, Share Read)
{
    public static LogFigures Of(IReadOnlyCollection<LogVerdict> verdicts) => new(
        Share.Of(verdicts.Where(verdict => verdict.IsClear), verdict => verdict.IsCaught),
        Share.Of(verdicts.Where(verdict => verdict.IsClear), verdict => verdict.HasRightPrimary),
        Share.Of(verdicts.Where(verdict => verdict.IsHealthy), verdict => verdict.IsClean),
        Share.Of(verdicts.Where(verdict => verdict.IsMild), verdict => verdict.IsMentioned),
        Share.Of(verdicts.Where(verdict => verdict.IsAgreed), verdict => !verdict.IsWrong),
        Share.Of(verdicts, verdict => verdict.Log.Runs.Count > 0));
}

/// <summary>Some of many.</summary>
internal readonly record struct Share(int Some, int All)
{
    public static Share Of<T>(IEnumerable<T> items, Func<T, bool> predicate)
    {
        var list = items.ToList();
        return new Share(list.Count(predicate), list.Count);
    }

    public override string ToString() => All == 0 ? "–" : FormattableString.Invariant($"{100.0 * Some / All:0.#} % ({Some} of {All})");
}
