using System.Globalization;

namespace TrainingDoctor.Reports.Wording;

/// <summary>A run and its trials in a line, for people.</summary>
internal static class RunWording
{
    /// <summary>Returns size, place and time of a run.</summary>
    public static IEnumerable<Text> Facts(RunDocument run)
    {
        yield return run.Steps == 1 ? (Text)$"1 step" : $"{run.Steps:N0} steps";
        if (run.Epochs is { } epochs)
        {
            yield return epochs == 1 ? (Text)$"1 epoch" : $"{epochs:0.##} epochs";
        }

        if (run.Layers is { } layers)
        {
            yield return layers == 1 ? (Text)$"1 layer" : $"{layers:N0} layers";
        }

        if (run.Parameters is { } parameters)
        {
            yield return $"{parameters:N0} parameters";
        }

        if (run.Device is { } device)
        {
            yield return Text.FromString(device);
        }

        if (run.DurationSeconds is { } seconds)
        {
            yield return seconds < 120 ? (Text)$"{seconds:0.0} s" : $"{TimeSpan.FromSeconds(seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)} h";
        }
    }

    /// <summary>Returns where a run came from and when it began, so that it can be told from others of its name.</summary>
    public static IEnumerable<Text> Origin(RunDocument run)
    {
        if (run.Path is { Length: > 0 } path)
        {
            yield return Text.FromString(path);
        }

        if (DateTimeOffset.TryParse(run.StartedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var started))
        {
            yield return $"began {started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
        }
    }

    /// <summary>Returns how many layers were seen, where not all were.</summary>
    public static Text Seen(CoverageDocument coverage) => coverage.Fired == 0
        ? (Text)$"None of the {coverage.Registered} layers were seen."
        : $"Only {coverage.Fired} of {coverage.Registered} layers were seen.";

    /// <summary>Returns where a finding holds, in steps; null for facts of the structure.</summary>
    public static Text? Steps(FindingDocument finding) => (finding.FirstStep, finding.LastStep, finding.RecoveredAt) switch
    {
        ({ } first, _, { } recovered) => $"from step {first}, recovered at step {recovered}",
        ({ } first, { } last, _) when last > first && finding.UntilLastMeasurement == true => $"step {first} until the last measurement, step {last}",
        ({ } first, { } last, _) when last > first => $"steps {first} to {last}",
        ({ } first, _, _) => $"step {first}",
        _ => null,
    };

    /// <summary>Returns what came of trying a remedy.</summary>
    public static Text Trial(TrialDocument trial) => (trial.Applied, trial.Cured, trial.Metric, trial.Before, trial.After) switch
    {
        (false, _, _, _, _) => $"Could not be applied by itself; the code has to be changed by hand.",
        (_, true, { } metric, { } before, { } after) => $"Tried: cured. {metric} went from {before:G4} to {after:G4} in {trial.Steps:N0} steps.",
        (_, false, { } metric, { } before, { } after) => $"Tried: not cured. {metric} went from {before:G4} to {after:G4} in {trial.Steps:N0} steps.",
        (_, true, _, _, _) => $"Tried: cured, in {trial.Steps:N0} steps.",
        _ => $"Tried: not cured, in {trial.Steps:N0} steps.",
    };
}
