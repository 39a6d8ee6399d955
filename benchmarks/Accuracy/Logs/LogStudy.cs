using System.Globalization;
using System.Text;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>What the figures on strangers' logs are worth: by cross-validation, by moving thresholds, by changing logs, by the confidence that findings state.</summary>
/// <param name="logs">The labelled logs.</param>
internal sealed class LogStudy(IReadOnlyList<LabelledLog> logs)
{
    private const int Folds = 5;
    private const int FewRepositories = 20;
    private static readonly double[] Factors = [0.7, 1.4];
    private readonly Dictionary<Threshold, IReadOnlyList<LogVerdict>> _moved = [];

    /// <summary>Does it all and writes it down.</summary>
    public string ToMarkdown()
    {
        var defaults = Judge(Threshold.RulesWith());
        foreach (var threshold in Threshold.All)
        {
            foreach (double factor in Factors)
            {
                var moved = threshold with { Factor = factor };
                _moved[moved] = Judge(Threshold.RulesWith(moved));
            }
        }

        var text = new StringBuilder();
        text.AppendLine("# Accuracy on strangers' logs").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Written by `dotnet run -c Release --project benchmarks/Accuracy -- --study DIR...`: {logs.Count} logs of {logs.Select(log => log.Label.Repository).Distinct().Count()} repositories, labelled by experts; they are not part of the project. How it is measured: [accuracy-method](accuracy-method.md).").AppendLine();
        WriteFigures(text, defaults);
        WriteReliability(text, defaults);
        WritePerturbations(text, defaults);
        WriteSensitivity(text, defaults);
        return text.ToString();
    }

    private void WriteFigures(StringBuilder text, IReadOnlyList<LogVerdict> defaults)
    {
        var crossed = LogFigures.Of(CrossValidate(defaults));
        var fit = LogFigures.Of(defaults);
        text.AppendLine("|  | cross-validated | as shipped, on logs that rules were made with | SageMaker Debugger's rules |").AppendLine("|---|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| clearly ill: an expected finding at warning or above | {crossed.Clear} | {fit.Clear} | {Peers(verdict => verdict.IsClear, true)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| clearly ill: primary finding right | {crossed.Primary} | {fit.Primary} |  |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| healthy: nothing at warning or above | {crossed.Healthy} | {fit.Healthy} | {Peers(verdict => verdict.IsHealthy, false)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| mildly ill: mentioned at info or above | {crossed.Mild} | {fit.Mild} |  |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| nothing said that experts call plainly wrong | {crossed.NotWrong} | {fit.NotWrong} |  |").AppendLine();

        Share Peers(Func<LogVerdict, bool> which, bool shouldAlarm) => Share.Of(defaults.Where(which), verdict =>
        {
            var alarms = verdict.Log.Runs.SelectMany(AlarmsOfSageMaker).ToList();
            return shouldAlarm ? alarms.Any(alarm => alarm.Rules.Any(rule => verdict.Label.Expect?.Contains(rule) == true)) : alarms.Count == 0;
        });
    }

    private static IReadOnlyList<Alarm> AlarmsOfSageMaker(KeptRun run)
    {
        var rules = new SageMakerRules(run.Scopes);
        run.PlayTo(rules);
        rules.Complete();
        return rules.Alarms;
    }

    /// <summary>Chooses thresholds on all repositories but some, and judges those with them.</summary>
    private List<LogVerdict> CrossValidate(IReadOnlyList<LogVerdict> defaults)
    {
        var repositories = logs.Select(log => log.Label.Repository).Distinct().Order(StringComparer.Ordinal).ToList();
        var result = new List<LogVerdict>();

        // Of few repositories each is held out by itself.
        int folds = repositories.Count <= FewRepositories ? repositories.Count : Folds;
        for (int fold = 0; fold < folds; fold++)
        {
            var heldOut = repositories.Where((_, index) => index % folds == fold).ToHashSet();
            int usual = Value(defaults.Where(IsIn));
            var chosen = Threshold.All
                .Select(threshold => Factors.Select(factor => threshold with { Factor = factor }).MaxBy(moved => Value(_moved[moved].Where(IsIn)))!)
                .Where(moved => Value(_moved[moved].Where(IsIn)) > usual).ToList();
            result.AddRange(Judge(Threshold.RulesWith(chosen), log => heldOut.Contains(log.Label.Repository)));

            bool IsIn(LogVerdict verdict) => !heldOut.Contains(verdict.Label.Repository);
        }

        return result;
    }

    /// <summary>What a set of thresholds is worth: right verdicts, those on healthy logs twice.</summary>
    private static int Value(IEnumerable<LogVerdict> verdicts) =>
        verdicts.Sum(verdict => (verdict.IsClear && verdict.IsCaught ? 1 : 0) + (verdict.IsClear && verdict.HasRightPrimary ? 1 : 0) + (verdict.IsHealthy && verdict.IsClean ? 2 : 0) - (verdict.IsWrong && verdict.IsAgreed ? 2 : 0));

    private static void WriteReliability(StringBuilder text, IReadOnlyList<LogVerdict> verdicts)
    {
        text.AppendLine("## What confidence means").AppendLine();
        text.AppendLine("Findings at warning or above on logs on which experts agree, by the confidence that they state: how many are among what the experts say.").AppendLine();
        text.AppendLine("| confidence | right |").AppendLine("|---|---|");
        var findings = verdicts.Where(verdict => verdict.IsAgreed && verdict.Label.Kind != "short")
            .SelectMany(verdict => verdict.Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => (Finding: finding, IsTrue: verdict.IsTrue(finding)))).ToList();
        foreach (var (low, high) in new[] { (0.0, 0.65), (0.65, 0.75), (0.75, 0.85), (0.85, 0.95), (0.95, 1.01) })
        {
            var within = findings.Where(item => item.Finding.Confidence >= low && item.Finding.Confidence < high).ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {low:0.##} to {Math.Min(1, high):0.##} | {Share.Of(within, item => item.IsTrue)} |");
        }

        text.AppendLine();
    }

    private static void WritePerturbations(StringBuilder text, IReadOnlyList<LogVerdict> defaults)
    {
        text.AppendLine("## Changes of a log that change nothing").AppendLine();
        text.AppendLine("How many logs are warned of before and not after, or the other way round. Series of fewer than 24 values are not thinned.").AppendLine();
        text.AppendLine("| change | verdicts that changed |").AppendLine("|---|---|");
        var rules = Threshold.RulesWith();
        foreach (var (name, change) in Perturbations.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Share.Of(defaults.Where(verdict => verdict.Log.Runs.Count > 0), verdict => LogVerdict.Of(verdict.Log, rules, change).IsClean != verdict.IsClean)} |");
        }

        text.AppendLine();
    }

    private void WriteSensitivity(StringBuilder text, IReadOnlyList<LogVerdict> defaults)
    {
        text.AppendLine("## Thresholds moved").AppendLine();
        text.AppendLine("Each threshold times 0.7 and times 1.4, all others as shipped: clearly ill logs caught and healthy ones clean. Those that change neither are left out.").AppendLine();
        text.AppendLine("| threshold | ill, × 0.7 | healthy, × 0.7 | ill, × 1.4 | healthy, × 1.4 |").AppendLine("|---|---|---|---|---|");
        var usual = LogFigures.Of(defaults);
        text.AppendLine(CultureInfo.InvariantCulture, $"| as shipped | {usual.Clear.Some} | {usual.Healthy.Some} | {usual.Clear.Some} | {usual.Healthy.Some} |");
        foreach (var threshold in Threshold.All)
        {
            var low = LogFigures.Of(_moved[threshold with { Factor = 0.7 }]);
            var high = LogFigures.Of(_moved[threshold with { Factor = 1.4 }]);
            if (new[] { low, high }.Any(figures => figures.Clear != usual.Clear || figures.Healthy != usual.Healthy))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {threshold.Name} | {low.Clear.Some} | {low.Healthy.Some} | {high.Clear.Some} | {high.Healthy.Some} |");
            }
        }
    }

    private List<LogVerdict> Judge(RuleSet rules, Func<LabelledLog, bool>? which = null) =>
        [.. logs.Where(log => which?.Invoke(log) ?? true).AsParallel().AsOrdered().Select(log => LogVerdict.Of(log, rules))];
}
