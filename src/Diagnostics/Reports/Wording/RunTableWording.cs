using System.Globalization;
using TrainingDoctor.Reports.Html;

namespace TrainingDoctor.Reports.Wording;

/// <summary>The table of several runs in words and numbers.</summary>
internal static class RunTableWording
{
    /// <summary>Gets the heads of the columns.</summary>
    public static IReadOnlyList<Text> Columns { get; } = [$"Run", $"Verdict", $"Steps", $"Best loss", $"Last loss", $"Root finding", $"What, why, what to do"];

    /// <summary>Gets what stands in place of a verdict where a log could not be read.</summary>
    public static Text Unreadable { get; } = $"unreadable";

    /// <summary>Returns how many runs there are of each verdict, and how many logs could not be read.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="unread">The logs that could not be read.</param>
    /// <param name="language">The language.</param>
    public static string Count(IReadOnlyList<DiagnosisReport> reports, IReadOnlyList<UnreadLog> unread, ReportLanguage language) => unread.Count switch
    {
        0 => language.Of(Count(reports)),
        1 => $"{language.Of(Count(reports))} {language.Of($"1 log could not be read.")}",
        _ => $"{language.Of(Count(reports))} {language.Of($"{unread.Count} logs could not be read.")}",
    };

    /// <summary>Returns how many runs there are of each verdict, the worst first.</summary>
    /// <param name="reports">The reports.</param>
    private static Text Count(IReadOnlyList<DiagnosisReport> reports)
    {
        int ill = Of(Verdict.Ill);
        int warning = Of(Verdict.Warning);
        int inconclusive = Of(Verdict.Inconclusive);
        int healthy = Of(Verdict.Healthy);
        return reports.Count == 1 ? $"1 run: {ill} ill, {warning} warning, {inconclusive} inconclusive, {healthy} healthy." : (Text)$"{reports.Count} runs: {ill} ill, {warning} warning, {inconclusive} inconclusive, {healthy} healthy.";

        int Of(Verdict verdict) => reports.Count(report => report.Verdict == verdict);
    }

    /// <summary>Returns the smallest loss with its step.</summary>
    /// <param name="loss">The loss; null when none is known.</param>
    public static string Best(LossDocument? loss) => loss is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Last(loss)} @ {loss.Step}");

    /// <summary>Returns a span of time in its largest units: <c>42 s</c>, <c>3:05 min</c>, <c>1:02:03 h</c>.</summary>
    /// <param name="seconds">The span in seconds, not negative.</param>
    public static string Duration(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{(int)seconds % 60:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)(seconds / 3600)}:{(long)(seconds / 60) % 60:00}:{(long)seconds % 60:00} h"),
    };

    /// <summary>Returns a loss; a validation loss says that it is one.</summary>
    /// <param name="loss">The loss; null when none is known.</param>
    public static string Last(LossDocument? loss) => loss is null ? string.Empty : $"{(loss.Metric == MetricCatalog.NameOf(Metric.ValidationLoss) ? "val " : string.Empty)}{Numbers.Short(loss.Value)}";
}
