using TrainingDoctor.Tests.Families;
using static System.FormattableString;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Simulated runs of known kinds: whether the illness is seen, how often health is not, and from what size of effect on.</summary>
internal static class FamilyStudy
{
    private const int Draws = 20;

    /// <summary>Lists the kinds that are not always judged right with what was said of them: where the work on a rule begins.</summary>
    /// <param name="writer">Where to.</param>
    public static void WriteWrong(TextWriter writer)
    {
        foreach (var verdict in Judge(HealthyForumRuns.All).Concat(Judge(IllForumRuns.All)).Concat(Judge(LaterForumRuns.All)).Concat(Judge(CurveFamilies.All)).Where(verdict => !verdict.IsAlwaysRight))
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
        writer.WriteLine(Invariant($"Each kind is drawn {Draws} times. *As people post them* are runs that were written down before the rules were measured on them; *first look* is what the rules made of them then. *Later ones* were written after the rules had been mended on those, and looked at once as well. *By shape* are those that the rules were made with.\n"));
        writer.WriteLine("| | as people post them, first look | the same, now | later ones, first look | the same, now | by shape, now |\n|---|---|---|---|---|---|");
        var posted = Judge([.. HealthyForumRuns.All, .. IllForumRuns.All]);
        var later = Judge(LaterForumRuns.All);
        var shapes = Judge(CurveFamilies.All);
        Row("clearly ill: an expected finding at warning or above", FirstLook.Caught, v => v.Clear, v => v.Caught);
        Row("clearly ill: primary finding right", FirstLook.Primary, v => v.Clear, v => v.Primary);
        Row("mildly ill: mentioned at info or above", FirstLook.Mild, v => v.Family.IsMild, v => v.Mentioned);
        Row("healthy: nothing at warning or above", FirstLook.Healthy, v => v.Family.IsHealthy, v => v.Clean);
        writer.WriteLine();

        void Row(string name, (string Posted, string Later) first, Func<FamilyVerdict, bool> which, Func<FamilyVerdict, int> what) =>
            writer.WriteLine($"| {name} | {first.Posted} | {Mean(posted, which, what)} | {first.Later} | {Mean(later, which, what)} | {Mean(shapes, which, what)} |");

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

    /// <summary>What was measured on runs when they were written, before any rule was changed for them.</summary>
    private static class FirstLook
    {
        public static readonly (string Posted, string Later) Caught = ("92.8 % (55 kinds)", "not measured");
        public static readonly (string Posted, string Later) Primary = ("89.5 % (55 kinds)", "not measured");
        public static readonly (string Posted, string Later) Mild = ("85 % (7 kinds)", "not measured");
        public static readonly (string Posted, string Later) Healthy = ("91.8 % (41 kinds)", "not measured");
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
