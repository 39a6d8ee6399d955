using System.Globalization;
using TrainingDoctor.Cures;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Trials.Reporting;

/// <summary>What was run with what, for machines: <c>trials.json</c> beside the reports.</summary>
internal static class TrialsDocument
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "trials.json";

    /// <summary>Writes the file.</summary>
    /// <param name="outcome">What came of the trials.</param>
    /// <param name="request">What was asked for.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(CureOutcome outcome, CureRequest request)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(request);
        var document = new
        {
            SchemaVersion = "1.0",
            Command = request.Command.Words,
            request.Command.Folder,
            Cured = outcome.Winner is not null,
            Winner = outcome.WinningRun?.Folder.Name,
            Change = outcome.Winner?.Title,
            LastEpoch = outcome.WinningRun is null ? outcome.Winner?.Remedies.SelectMany(remedy => remedy.Actions).Min(action => action.Epoch) : null,
            Confirmation = outcome.Confirmation,
            Interrupted = outcome.IsInterrupted,
            OutOfTime = outcome.IsOutOfTime,
            Metric = MetricCatalog.Describe(outcome.AsItIs.Score.Judged).Name,
            Before = Number(outcome.AsItIs.Trial.Score.Raw),
            After = Number(outcome.After?.Score.Raw),
            ScoreBefore = Number(outcome.AsItIs.Trial.Score.Value),
            ScoreAfter = Number(outcome.After?.Score.Value),
            Noise = outcome.AsItIs.Trial.Noise,
            Trainings = Math.Round(outcome.TrainingsSpent, 3),
            Trials = outcome.Runs.Select(Describe).ToList(),
        };
        File.WriteAllText(Path.Combine(request.Folder, FileName), ReportJson.SerializeAny(document));
    }

    private static object Describe(TrialRun run) => new
    {
        run.Folder.Name,
        run.Title,
        Command = run.Words,
        run.WorkingFolder,
        Environment = run.Variables,
        Settings = run.Treatment.Settings.ToDictionary(setting => setting.Knob.Name, setting => setting.Value),
        run.Patches,
        Plan = run.Treatment.ForMonitor.Count > 0 || run.Answer is not null ? run.Folder.Plan : null,
        Monitor = run.Answer?.Monitor,
        Applied = (run.Answer?.Applied ?? []).Select(change => change.Text).ToList(),
        run.Skipped,
        run.Treatment.Seed,
        Share = Math.Round(run.Share, 4),
        Seconds = Math.Round(run.Process.Ran.TotalSeconds, 3),
        run.ExitCode,
        run.Stopped,
        Score = Number(run.Outcome?.Score.Value),
        Value = Number(run.Outcome?.Score.Raw),
        Verdict = run.Outcome?.Report.Verdict,
        Primary = run.Outcome?.Report.Primary?.Rule.Name,
        StandardOutput = run.Folder.Output,
        StandardError = run.Folder.Error,
        Recording = run.Places.IsRecorded ? run.Folder.Recording : null,
    };

    private static object? Number(double? value) => value is { } number && !double.IsFinite(number) ? number.ToString(CultureInfo.InvariantCulture) : value;
}
