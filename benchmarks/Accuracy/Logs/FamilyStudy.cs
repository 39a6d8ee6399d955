using TrainingDoctor.Tests.Families;
using static System.FormattableString;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Simulated runs of known kinds: whether the illness is seen, how often health is not, and from what size of effect on.</summary>
internal static class FamilyStudy
{
    private const int Draws = 20;

    /// <summary>The sets of kinds, the latest first, each with what was measured on it when it was written.</summary>
    private static readonly (string Name, IReadOnlyList<CurveFamily> Families, string[]? FirstLook)[] Sets =
    [
        ("of many fields", [.. HealthyFieldRuns.All, .. IllFieldRuns.All], ["81.9 % (63 kinds)", "81.3 % (63 kinds)", "81.3 % (8 kinds)", "99.7 % (68 kinds)"]),
        ("more as people post them", LaterForumRuns.All, ["99.7 %", "not recorded", "not recorded", "95.4 %"]),
        ("as people post them", [.. HealthyForumRuns.All, .. IllForumRuns.All], ["92.8 % (55 kinds)", "89.5 % (55 kinds)", "85 % (7 kinds)", "91.8 % (41 kinds)"]),
        ("by shape, made with the rules", CurveFamilies.All, null),
    ];

    /// <summary>Lists the kinds that are not always judged right with what was said of them: where the work on a rule begins.</summary>
    /// <param name="writer">Where to.</param>
    public static void WriteWrong(TextWriter writer)
    {
        foreach (var verdict in Judge(HealthyForumRuns.All).Concat(Judge(IllForumRuns.All)).Concat(Judge(LaterForumRuns.All)).Concat(Judge([.. HealthyFieldRuns.All, .. IllFieldRuns.All])).Concat(Judge(CurveFamilies.All)).Where(verdict => !verdict.IsAlwaysRight))
        {
            writer.WriteLine(verdict.ToString());
        }
    }

    /// <summary>Judges all kinds and writes it down.</summary>
    public static string ToMarkdown()
    {
        var writer = new StringWriter { NewLine = "\n" };
        writer.WriteLine("# Accuracy on simulated curves\n");
        writer.WriteLine("Written by `dotnet run -c Release --project benchmarks/Accuracy -- --families`. The runs are drawn by the project itself (`tests/Rules.Tests/Families`); how it is measured: [accuracy-method](accuracy-method.md).\n");
        writer.WriteLine("## Kinds of runs\n");
        writer.WriteLine(Invariant($"Each kind is drawn {Draws} times. *First look*: what the rules made of runs when these were written down, before anything was changed for them; what rules make of runs that nobody has shown them. *Now*: after the rules were mended, so that these figures flatter.\n"));
        writer.WriteLine("| runs | | clearly ill: an expected finding at warning or above | clearly ill: primary finding right | mildly ill: mentioned at info or above | healthy: nothing at warning or above |\n|---|---|---|---|---|---|");
        foreach (var set in Sets)
        {
            var verdicts = Judge(set.Families);
            if (set.FirstLook is { } first)
            {
                writer.WriteLine($"| {set.Name} | first look | {string.Join(" | ", first)} |");
            }

            writer.WriteLine($"| {set.Name} | now | {Mean(verdicts, v => v.Clear, v => v.Caught)} | {Mean(verdicts, v => v.Clear, v => v.Primary)} | {Mean(verdicts, v => v.Family.IsMild, v => v.Mentioned)} | {Mean(verdicts, v => v.Family.IsHealthy, v => v.Clean)} |");
        }

        writer.WriteLine();
        writer.WriteLine("## From what size on an illness is seen\n");
        foreach (var curve in PowerCurve.All)
        {
            curve.Write(writer);
        }

        return writer.ToString();
    }

    private static IReadOnlyList<FamilyVerdict> Judge(IReadOnlyList<CurveFamily> families) => [.. families.AsParallel().AsOrdered().Select(family => FamilyVerdict.Of(family, Draws))];

    private static string Mean(IEnumerable<FamilyVerdict> verdicts, Func<FamilyVerdict, bool> which, Func<FamilyVerdict, int> what)
    {
        var list = verdicts.Where(which).ToList();
        return list.Count == 0 ? "–" : Invariant($"{100.0 * list.Sum(what) / (Draws * list.Count):0.#} % ({list.Count} kinds)");
    }
}

/// <summary>How one kind of run was judged, over several draws.</summary>
internal sealed record FamilyVerdict(CurveFamily Family, int Draws, int Caught, int Primary, int Mentioned, int Clean, string Told)
{
    public bool Clear => !Family.IsMild && !Family.IsHealthy;

    public bool IsAlwaysRight => Family.IsHealthy ? Clean == Draws : Family.IsMild ? Mentioned == Draws : Caught == Draws && Primary == Draws;

    public static FamilyVerdict Of(CurveFamily family, int draws)
    {
        var diagnoses = Enumerable.Range(1, draws).Select(seed => family.Diagnose(RuleSet.Default, seed)).ToList();
        return new FamilyVerdict(
            family,
            draws,
            diagnoses.Count(diagnosis => diagnosis.Findings.Any(finding => finding.Severity >= Severity.Warning && family.Expected.Contains(finding.Rule.Name))),
            diagnoses.Count(diagnosis => diagnosis.Primary is { } primary && family.Expected.Contains(primary.Rule.Name)),
            diagnoses.Count(diagnosis => diagnosis.Findings.Any(finding => family.Expected.Contains(finding.Rule.Name))),
            diagnoses.Count(diagnosis => diagnosis.Findings.All(finding => finding.Severity < Severity.Warning)),
            string.Join(", ", diagnoses.SelectMany(diagnosis => diagnosis.Findings).CountBy(finding => $"{finding.Severity} {finding.Rule.Name}").Select(pair => $"{pair.Key} {pair.Value}")));
    }

    public override string ToString() => Family.IsHealthy ? $"{Family}: clean {Clean} of {Draws}; {Told}"
        : Family.IsMild ? $"{Family}: mentioned {Mentioned} of {Draws}; {Told}"
        : $"{Family}: caught {Caught}, primary {Primary} of {Draws}; {Told}";
}
