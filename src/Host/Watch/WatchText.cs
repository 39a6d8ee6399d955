using System.Globalization;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Host.Watch;

/// <summary>What is said of watched runs, in plain lines.</summary>
internal static class WatchText
{
    private const int LongestName = 120;

    /// <summary>Names a severity as reports do.</summary>
    public static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>Names a verdict as reports do.</summary>
    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>Writes a finding as one line.</summary>
    public static string Line(WatchedFinding found) =>
        $"{Name(found.RunName)}: {Word(found.Finding.Severity)} {found.Finding.Rule.Id} {found.Finding.Rule.Name}: {Visible(found.Headline)}";

    /// <summary>Makes a stranger's name fit to be shown: inert, and no longer than a line.</summary>
    public static string Name(string name)
    {
        string visible = Visible(name);
        return visible.Length <= LongestName ? visible : string.Concat(visible.AsSpan(0, LongestName - 1), "…");
    }

    /// <summary>Takes out what a terminal would obey instead of show: control characters, and those that turn or hide the text around them.</summary>
    public static string Visible(string text) => UntrustedText.Line(text);

    /// <summary>Tells how long ago something was, in one short word.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h"),
    };
}
