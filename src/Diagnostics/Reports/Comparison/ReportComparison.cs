using System.Text.RegularExpressions;

namespace TrainingDoctor.Reports;

/// <summary>What became of a finding between two reports.</summary>
public enum FindingChange
{
    /// <summary>Only the later report has it.</summary>
    New,

    /// <summary>Both have it, and the later report takes it more seriously.</summary>
    Worse,

    /// <summary>Both have it.</summary>
    Unchanged,

    /// <summary>Only the earlier report has it.</summary>
    Fixed,
}

/// <summary>One finding of two reports.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Before">The finding in the earlier report; null when it is new.</param>
/// <param name="After">The finding in the later report; null when it is fixed.</param>
public sealed record FindingPair(FindingChange Change, FindingDocument? Before, FindingDocument? After);

/// <summary>Which findings of a report are new, which are gone, and which were there before.</summary>
/// <remarks>
/// Findings are the same when their rule is the same and they concern the same layers, or layers that differ in numbers alone (a layer put in front renumbers all behind
/// it). Steps and values do not matter: no two runs agree on them. Of several candidates the one with most layers in common is taken, then the one with the same wording.
/// </remarks>
public sealed partial class ReportComparison
{
    private ReportComparison(IReadOnlyList<FindingPair> pairs) => Pairs = pairs;

    /// <summary>Gets the findings of both reports: those of the later one in its order, then the fixed ones.</summary>
    public IReadOnlyList<FindingPair> Pairs { get; }

    /// <summary>Compares two reports.</summary>
    /// <param name="before">The earlier report, or the baseline; null for none, against which everything is new.</param>
    /// <param name="after">The later report.</param>
    public static ReportComparison Between(ReportDocument? before, ReportDocument after)
    {
        ArgumentNullException.ThrowIfNull(after);
        IReadOnlyList<FindingDocument> accepted = before?.Findings ?? [];
        var matches = new Dictionary<FindingDocument, FindingDocument>(ReferenceEqualityComparer.Instance);
        var taken = new HashSet<FindingDocument>(ReferenceEqualityComparer.Instance);
        var candidates =
            from later in after.Findings
            from earlier in accepted
            let likeness = Likeness(earlier, later)
            where likeness > 0
            orderby likeness descending
            select (earlier, later);
        foreach (var (earlier, later) in candidates)
        {
            if (!matches.ContainsKey(later) && taken.Add(earlier))
            {
                matches.Add(later, earlier);
            }
        }

        var pairs = after.Findings.Select(later => matches.TryGetValue(later, out var earlier)
            ? new FindingPair(later.Severity > earlier.Severity ? FindingChange.Worse : FindingChange.Unchanged, earlier, later)
            : new FindingPair(FindingChange.New, null, later));
        return new ReportComparison([.. pairs, .. accepted.Where(earlier => !taken.Contains(earlier)).Select(earlier => new FindingPair(FindingChange.Fixed, earlier, null))]);
    }

    /// <summary>Returns what became of a finding of the later report.</summary>
    /// <param name="findingId">Its identity, e.g. <c>F1</c>.</param>
    /// <exception cref="ArgumentException">The later report has no such finding.</exception>
    public FindingChange ChangeOf(string findingId) =>
        Pairs.FirstOrDefault(pair => pair.After?.Id == findingId)?.Change ?? throw new ArgumentException($"The report has no finding '{findingId}'.", nameof(findingId));

    /// <summary>Tells whether a finding of the later report is new, or worse than before: what <c>--fail-on new-…</c> counts.</summary>
    /// <param name="findingId">Its identity, e.g. <c>F1</c>.</param>
    public bool IsNew(string findingId) => ChangeOf(findingId) is FindingChange.New or FindingChange.Worse;

    /// <summary>Returns a finding's layers in a form that renumbering does not change.</summary>
    internal static IReadOnlyList<string> Unnumbered(FindingDocument finding) => [.. finding.Layers.Select(layer => Digits().Replace(layer, "#"))];

    private static double Likeness(FindingDocument earlier, FindingDocument later)
    {
        if (earlier.RuleId != later.RuleId)
        {
            return 0;
        }

        bool isRunWide = earlier.Layers.Count == 0 && later.Layers.Count == 0;
        double exact = isRunWide ? 1 : Overlap(earlier.Layers, later.Layers);
        double unnumbered = isRunWide ? 1 : Overlap(Unnumbered(earlier), Unnumbered(later));
        if (unnumbered == 0)
        {
            return 0;
        }

        bool sameWording = Digits().Replace(earlier.Title, "#") == Digits().Replace(later.Title, "#");
        return (4 * exact) + (2 * unnumbered) + (sameWording ? 1 : 0);
    }

    private static double Overlap(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        int both = a.Intersect(b).Count();
        return both == 0 ? 0 : (double)both / a.Union(b).Count();
    }

    [GeneratedRegex("[0-9]+([.,][0-9]+)*")]
    private static partial Regex Digits();
}
