using System.Globalization;
using Spectre.Console;
using TrainingDoctor.Cures;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Host.Trials.Reporting;

/// <summary>Tells on the console what was tried, what won, and what to change.</summary>
/// <param name="console">Where to.</param>
/// <param name="request">What was asked for.</param>
internal sealed class CureText(IAnsiConsole console, CureRequest request)
{
    /// <summary>Tells it.</summary>
    /// <param name="outcome">What came of the trials.</param>
    public void Write(CureOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.AsItIs.Trial.Report.Primary is null)
        {
            console.WriteLine(outcome.IsInterrupted ? "Interrupted: what had run by then shows nothing to cure." : "There is nothing to cure: the training as it is was judged, and nothing was tried.");
            return;
        }

        Table(outcome);
        console.WriteLine(Verdict(outcome));
        if (outcome.WinningRun is { } run)
        {
            Change(outcome, run);
        }
        else if (outcome.Winner is { } winner)
        {
            console.WriteLine($"Change: {winner.Title}.");
        }

        foreach (string hint in Hints(outcome))
        {
            console.WriteLine(hint);
        }

        console.WriteLine(FormattableString.Invariant($"Everything that was run, with its logs: {request.Folder} ({TrialsDocument.FileName})."));
    }

    private void Table(CureOutcome outcome)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Trial", "Tried", "Ran", MetricWord(outcome), "Verdict");
        foreach (var run in outcome.Runs)
        {
            table.AddRow(
                run.Folder.Name,
                Markup.Escape(run.Title),
                FormattableString.Invariant($"{100 * run.Share:0} %"),
                run.Outcome is { } trial ? Value(outcome, trial) : "-",
                Markup.Escape(Ended(run)));
        }

        console.Write(table);
    }

    private static string Ended(TrialRun run) => (run.Outcome, run.Stopped) switch
    {
        (null, { } reason) => reason,
        (null, null) => "not judged",
        ({ } trial, { } reason) => $"{KebabCase.Of(trial.Report.Verdict)}; stopped: {reason}",
        ({ } trial, null) => KebabCase.Of(trial.Report.Verdict),
    };

    private string Verdict(CureOutcome outcome)
    {
        string spent = FormattableString.Invariant($"{outcome.Runs.Count} runs, {outcome.TrainingsSpent:0.0} trainings");
        string end = outcome.IsInterrupted ? " Interrupted: this is what is known by now." : outcome.IsOutOfTime ? FormattableString.Invariant($" The time of {request.Budget} is over.") : string.Empty;
        if (outcome.Winner is { } winner && outcome.After is { } after)
        {
            string confirmed = outcome.Confirmation switch
            {
                Confirmation.Confirmed => " A second seed confirms it.",
                Confirmation.NoSeed => " No second seed could be set from outside, so that chance is not ruled out: --knob seed='--seed {value}' names one.",
                Confirmation.NoBudget => " The budget did not allow a second seed to confirm it.",
                _ => string.Empty,
            };
            // What is as good without the problem is worth having, and is not called more than that.
            bool isBetter = after.Score.Value >= outcome.AsItIs.Trial.Score.Value + request.Search.MinimumGain;
            string word = isBetter ? "Cured" : "The problem is gone, at a score that is no better";
            return $"{word}: {winner.Title}. {MetricWord(outcome)} {Value(outcome, outcome.AsItIs.Trial)} before, {Value(outcome, after)} after; {spent}.{confirmed}{end}";
        }

        return outcome.Refuted is { } refuted
            ? $"Not cured: '{refuted.Title}' was better once, and a second seed did not confirm it; {spent}.{end}"
            : $"No remedy was better; {spent}.{end}";
    }

    private void Change(CureOutcome outcome, TrialRun run)
    {
        if (outcome.AsItIs.Trial.Report.Primary?.Location is { } place)
        {
            console.WriteLine(FormattableString.Invariant($"Where: {place.File}:{place.Line}"));
        }

        foreach (var applied in run.Answer?.Applied ?? [])
        {
            console.WriteLine($"Through the monitor: {applied.Text}");
        }

        if (run.Treatment.Settings.Any(setting => setting.Knob.Target is WordTarget))
        {
            var words = run.Treatment.Settings.Select(setting => (setting.Knob.Target as WordTarget, setting.Value)).Where(setting => setting.Item1 is not null)
                .Aggregate(request.Command.Words, (command, setting) => setting.Item1!.Set(command, setting.Value));
            console.WriteLine($"Command: {ForeignCommand.Line(words)}");
        }

        foreach (var (variable, value) in run.Variables)
        {
            console.WriteLine($"Environment: {variable}={value}");
        }

        foreach (string patch in run.Patches.Values)
        {
            console.WriteLine(patch.TrimEnd());
        }

        foreach (string code in Codes(outcome))
        {
            console.WriteLine(code);
        }

        foreach (string skipped in run.Skipped)
        {
            console.WriteLine($"Without: {skipped}");
        }
    }

    /// <summary>The change in the framework of the run, where its own knobs do not say it.</summary>
    private static IEnumerable<string> Codes(CureOutcome outcome)
    {
        // A recorder in Python that names no trainer is PyTorch's own.
        var framework = outcome.AsItIs.Reading.Report.Run.Framework is null && outcome.WinningRun?.Answer?.Monitor == "python" ? FrameworkCatalog.Find("pytorch") : null;
        return outcome.Winner!.Remedies.Select(remedy => framework is null ? remedy.Code : framework.CodeOf(remedy.Actions)).OfType<string>().Select(code => code.TrimEnd());
    }

    private static IEnumerable<string> Hints(CureOutcome outcome)
    {
        if (outcome.Winner is null && outcome.OutOfReach.Count > 0)
        {
            yield return $"Out of reach from outside: {string.Join("; ", outcome.OutOfReach.Take(3))}. A monitor in the program or further knobs (--knob) would let it be tried.";
        }
    }

    private static string MetricWord(CureOutcome outcome) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(MetricCatalog.Describe(outcome.AsItIs.Score.Judged).Name.Replace('_', ' ')) is { Length: > 0 } words
        ? words[..1] + words[1..].ToLowerInvariant() : string.Empty;

    private static string Value(CureOutcome outcome, Trial trial) => outcome.AsItIs.Score.Judged is Metric.Accuracy or Metric.ValidationAccuracy
        ? FormattableString.Invariant($"{trial.Score.Value:P1}")
        : double.IsFinite(trial.Score.Raw) ? FormattableString.Invariant($"{trial.Score.Raw:G4}") : "NaN or infinite";
}
