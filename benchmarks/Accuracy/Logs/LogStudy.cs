using System.Globalization;
using static System.FormattableString;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>What the figures on strangers' logs are worth: by cross-validation, by moving thresholds, by changing logs, by the confidence that findings state.</summary>
/// <param name="logs">The labelled logs.</param>
internal sealed class LogStudy(IReadOnlyList<LabelledLog> logs)
{
    private const int Folds = 5;
    private const int FewRepositories = 20;
    private const int Sets = 24;
    private static readonly double[] Factors = [0.7, 1.4];
    private static readonly (string Title, Func<LogLabel, bool> Holds)[] Parts =
    [
        ("Classifiers, regressions, language models and their fine-tuning", label => label.Domain is null),
        ("Rewards, preferences, adversaries, generators, boosting", label => label.Domain is not null),
    ];

    /// <summary>Does it all and writes it down.</summary>
    public string ToMarkdown()
    {
        var shipped = Judge();
        var drawn = DrawThresholds();
        var moved = Threshold.All.SelectMany(threshold => Factors.Select(factor => threshold with { Factor = factor })).ToList();
        var judged = MovedThresholds.Judge(shipped, [.. drawn, .. moved.Select(threshold => (IReadOnlyCollection<Threshold>)[threshold])]);
        var sets = judged.Take(drawn.Count).ToList();

        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("# Accuracy on strangers' logs\n");
        text.WriteLine(Invariant($"Written by `dotnet run -c Release --project benchmarks/Accuracy -- --study DIR...`: {logs.Count} logs of {logs.Select(log => log.Label.Repository).Distinct().Count()} repositories, labelled by experts; they are not part of the project. How it is measured: [accuracy-method](accuracy-method.md).") + "\n");
        foreach (var (title, isPart) in Parts.Where(part => logs.Any(log => part.Holds(log.Label))))
        {
            text.WriteLine($"## {title}\n");
            WriteFigures(text, Part(shipped), [.. sets.Select(Part)]);

            List<LogVerdict> Part(IReadOnlyList<LogVerdict> verdicts) => [.. verdicts.Where(verdict => isPart(verdict.Label))];
        }

        WriteMethod(text);
        WriteReliability(text, shipped);
        WriteRemarks(text, shipped);
        WritePerturbations(text, shipped);
        WriteSensitivity(text, shipped, moved.Zip(judged.Skip(drawn.Count)).ToDictionary(pair => pair.First, pair => pair.Second));
        return text.ToString();
    }

    /// <summary>Writes the figures as shipped, and every log that was judged wrong with what was found in it: where the work on a rule begins.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteWrong(TextWriter writer)
    {
        var verdicts = Judge();
        foreach (var verdict in verdicts)
        {
            string? wrong = verdict.IsWrong && verdict.IsAgreed ? "SAYS WHAT MUST NOT BE SAID"
                : verdict.IsClear && !verdict.IsCaught ? "MISSED"
                : verdict.IsClear && !verdict.HasRightPrimary ? "WRONG PRIMARY"
                : verdict.IsHealthy && !verdict.IsClean ? "FALSE ALARM"
                : verdict.IsMild && !verdict.IsMentioned ? "MILD, MISSED" : null;
            if (wrong is not null)
            {
                writer.WriteLine($"{wrong}: {verdict.Label.File}: expected {string.Join(", ", verdict.Label.Expect ?? [])}");
                foreach (var finding in verdict.Findings)
                {
                    writer.WriteLine($"    {finding.Severity} {finding.Rule.Name} {finding.Confidence:F2}: {finding.Message}");
                }
            }
        }

        foreach (var (name, change) in Perturbations.All)
        {
            foreach (var verdict in verdicts.Where(verdict => verdict.Log.Runs.Count > 0))
            {
                var changed = LogVerdict.Of(verdict.Log, RuleSet.Default, change);
                if (changed.IsClean != verdict.IsClean)
                {
                    var warnings = (verdict.IsClean ? changed : verdict).Findings.Where(finding => finding.Severity >= Severity.Warning);
                    writer.WriteLine($"UNSTEADY under {name}: {verdict.Label.File} ({verdict.Label.Kind} {verdict.Label.Grade}): {(verdict.IsClean ? "begins" : "ends")} {string.Join(", ", warnings.Select(finding => $"{finding.Rule.Name} {finding.Severity}: {finding.Message}"))}");
                }
            }
        }

        writer.WriteLine(LogFigures.Of(verdicts));
        WriteReliability(writer, verdicts);
        WriteRemarks(writer, verdicts);
    }

    private static void WriteFigures(TextWriter text, IReadOnlyList<LogVerdict> defaults, IReadOnlyList<IReadOnlyList<LogVerdict>> drawn)
    {
        var crossed = LogFigures.Of(CrossValidate(drawn));
        var sets = drawn.Select(LogFigures.Of).ToList();
        var fit = LogFigures.Of(defaults);
        text.WriteLine("|  | cross-validated | worst of the drawn sets | as shipped, on logs that rules were made with | SageMaker Debugger's rules |\n|---|---|---|---|---|");
        Row("clearly ill: an expected finding at warning or above", figures => figures.Clear, Peers(verdict => verdict.IsClear, true).ToString());
        Row("clearly ill: primary finding right", figures => figures.Primary, string.Empty);
        Row("healthy: nothing at warning or above", figures => figures.Healthy, Peers(verdict => verdict.IsHealthy, false).ToString());
        Row("mildly ill: mentioned at info or above", figures => figures.Mild, string.Empty);
        Row("nothing said that experts call plainly wrong", figures => figures.NotWrong, string.Empty);
        Row("could be read: what could not counts as missed above, and as no silence", figures => figures.Read, string.Empty);
        text.WriteLine();

        void Row(string name, Func<LogFigures, Share> figure, string peers) =>
            text.WriteLine($"| {name} | {figure(crossed)} | {sets.Select(figure).MinBy(share => share.Some)} | {figure(fit)} | {peers} |");

        Share Peers(Func<LogVerdict, bool> which, bool shouldAlarm) => Share.Of(defaults.Where(which), verdict =>
        {
            var alarms = verdict.Log.Runs.SelectMany(AlarmsOfSageMaker).ToList();
            return shouldAlarm ? alarms.Any(alarm => alarm.Rules.Any(rule => verdict.Label.Expect?.Contains(rule) == true)) : alarms.Count == 0;
        });
    }

    private static void WriteMethod(TextWriter text) => text.WriteLine(Invariant(
        $"Cross-validated: {Sets} sets of thresholds are drawn, each threshold between {Factors[0]} and {Factors[1]} times the shipped one and none as shipped; for each fifth of the repositories (of few, for each repository) the set is taken that does best on the others. The shape of the rules was made with these logs in view, so that even these figures flatter: [simulated runs](accuracy-curves.md) that were written before the rules were measured on them say by how much.\n"));

    private static IReadOnlyList<Alarm> AlarmsOfSageMaker(KeptRun run)
    {
        var rules = new SageMakerRules(run.Scopes);
        run.PlayTo(rules);
        rules.Complete();
        return rules.Alarms;
    }

    /// <summary>Draws whole sets of thresholds, the shipped ones not among them.</summary>
    private static List<IReadOnlyCollection<Threshold>> DrawThresholds()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Sets).Select(_ => (IReadOnlyCollection<Threshold>)[.. Threshold.All.Select(threshold => threshold with { Factor = Math.Pow(Factors[1], (2 * random.NextDouble()) - 1) })])];
    }

    /// <summary>For each part of the repositories takes the set of thresholds that does best on all others.</summary>
    /// <remarks>Thresholds that were chosen with all logs in view must not be a candidate: they would win every tie, and the figures would be those of the fit.</remarks>
    private static List<LogVerdict> CrossValidate(IReadOnlyList<IReadOnlyList<LogVerdict>> drawn)
    {
        var repositories = drawn[0].Select(verdict => verdict.Label.Repository).Distinct().Order(StringComparer.Ordinal).ToList();
        var result = new List<LogVerdict>();

        // Of few repositories each is held out by itself.
        int folds = repositories.Count <= FewRepositories ? repositories.Count : Folds;
        for (int fold = 0; fold < folds; fold++)
        {
            var heldOut = repositories.Where((_, index) => index % folds == fold).ToHashSet();
            var best = drawn.MaxBy(verdicts => Value(verdicts.Where(verdict => !heldOut.Contains(verdict.Label.Repository))))!;
            result.AddRange(best.Where(verdict => heldOut.Contains(verdict.Label.Repository)));
        }

        return result;
    }

    /// <summary>What a set of thresholds is worth: right verdicts, those on healthy logs twice.</summary>
    private static int Value(IEnumerable<LogVerdict> verdicts) =>
        verdicts.Sum(verdict => (verdict.IsClear && verdict.IsCaught ? 1 : 0) + (verdict.IsClear && verdict.HasRightPrimary ? 1 : 0) + (verdict.IsHealthy && verdict.IsClean ? 2 : 0) - (verdict.IsWrong && verdict.IsAgreed ? 2 : 0));

    private static void WriteReliability(TextWriter text, IReadOnlyList<LogVerdict> verdicts)
    {
        text.WriteLine("## What confidence means" + "\n");
        text.WriteLine("Findings at warning or above on logs on which experts agree, by the confidence that they state: how many are among what the experts say." + "\n");
        text.WriteLine("| confidence | right |" + "\n" + "|---|---|");
        var findings = verdicts.Where(verdict => verdict.IsAgreed && verdict.Label.Kind != "short")
            .SelectMany(verdict => verdict.Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => (Finding: finding, IsTrue: verdict.IsTrue(finding)))).ToList();
        foreach (var (low, high) in new[] { (0.0, 0.65), (0.65, 0.75), (0.75, 0.85), (0.85, 0.95), (0.95, 1.01) })
        {
            var within = findings.Where(item => item.Finding.Confidence >= low && item.Finding.Confidence < high).ToList();
            text.WriteLine(Invariant($"| {low:0.##} to {Math.Min(1, high):0.##} | {Share.Of(within, item => item.IsTrue)} |"));
        }

        text.WriteLine();
    }

    private static void WriteRemarks(TextWriter text, IReadOnlyList<LogVerdict> verdicts)
    {
        text.WriteLine("## Remarks on healthy logs" + "\n");
        text.WriteLine("A finding at info asks for nothing, and still takes a reader's time. How many healthy logs are told of each, and in how many ill ones it is among what the experts say." + "\n");
        text.WriteLine("| remark | of healthy logs | of ill logs, right |" + "\n" + "|---|---|---|");
        foreach (string rule in verdicts.SelectMany(verdict => verdict.Findings.Where(IsRemark)).Select(finding => finding.Rule.Name).Distinct().Order(StringComparer.Ordinal))
        {
            var healthy = Share.Of(verdicts.Where(verdict => verdict.IsHealthy), verdict => verdict.Findings.Any(finding => IsRemark(finding) && finding.Rule.Name == rule));
            int right = verdicts.Count(verdict => (verdict.IsClear || verdict.IsMild) && verdict.Findings.Any(finding => IsRemark(finding) && finding.Rule.Name == rule && verdict.IsTrue(finding)));
            text.WriteLine($"| {rule} | {healthy} | {right} |");
        }

        text.WriteLine();

        static bool IsRemark(Finding finding) => finding.Severity < Severity.Warning;
    }

    private static void WritePerturbations(TextWriter text, IReadOnlyList<LogVerdict> defaults)
    {
        text.WriteLine("## Changes of a log that change nothing" + "\n");
        text.WriteLine("How many logs are warned of before and not after, or the other way round. Series of fewer than 24 values are not thinned." + "\n");
        text.WriteLine("| change | verdicts that changed |" + "\n" + "|---|---|");
        foreach (var (name, change) in Perturbations.All)
        {
            var changed = defaults.Where(verdict => verdict.Log.Runs.Count > 0).AsParallel().Select(verdict => LogVerdict.Of(verdict.Log, RuleSet.Default, change).IsClean != verdict.IsClean);
            text.WriteLine(Invariant($"| {name} | {Share.Of(changed, isChanged => isChanged)} |"));
        }

        text.WriteLine();
    }

    private static void WriteSensitivity(TextWriter text, IReadOnlyList<LogVerdict> defaults, IReadOnlyDictionary<Threshold, IReadOnlyList<LogVerdict>> moved)
    {
        text.WriteLine("## Thresholds moved\n");
        text.WriteLine("Each threshold times 0.7 and times 1.4, all others as shipped: clearly ill logs caught, healthy ones clean, and of how many logs the verdict changes either way. Those that change none are left out. Of a factor, as 1.5 between neighbours, what is above 1 is moved.\n");
        text.WriteLine("| threshold | ill, × 0.7 | healthy, × 0.7 | changed, × 0.7 | ill, × 1.4 | healthy, × 1.4 | changed, × 1.4 |\n|---|---|---|---|---|---|---|");
        var usual = LogFigures.Of(defaults);
        text.WriteLine(Invariant($"| as shipped | {usual.Clear.Some} | {usual.Healthy.Some} | | {usual.Clear.Some} | {usual.Healthy.Some} | |"));
        foreach (var threshold in Threshold.All)
        {
            var (low, high) = (moved[threshold with { Factor = Factors[0] }], moved[threshold with { Factor = Factors[1] }]);
            if (Changed(low) + Changed(high) > 0)
            {
                text.WriteLine(Invariant($"| {threshold.Name} | {LogFigures.Of(low).Clear.Some} | {LogFigures.Of(low).Healthy.Some} | {Changed(low)} | {LogFigures.Of(high).Clear.Some} | {LogFigures.Of(high).Healthy.Some} | {Changed(high)} |"));
            }
        }

        int Changed(IReadOnlyList<LogVerdict> verdicts) => verdicts.Zip(defaults).Count(pair => pair.First.IsClean != pair.Second.IsClean);
    }

    private List<LogVerdict> Judge() => [.. logs.AsParallel().AsOrdered().Select(log => LogVerdict.Of(log, RuleSet.Default))];
}
