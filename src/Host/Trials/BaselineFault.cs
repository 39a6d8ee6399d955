using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>What is wrong with a command of which nothing was measured, in one line; and what is worth knowing where something was.</summary>
internal static class BaselineFault
{
    /// <summary>Says why nothing was measured.</summary>
    /// <param name="run">The command's run.</param>
    /// <param name="request">What was asked for.</param>
    public static string Of(TrialRun run, CureRequest request)
    {
        string kept = $"its output is kept in '{run.Folder.Path}'";
        string told = run.LastLine() is { } line ? $": {line}" : " and printed nothing";
        return run.ExitCode is { } code and not 0 ? FormattableString.Invariant($"cure: the command ended with exit code {code} before anything was measured{told} ({kept}).")
            : run.Stopped is { } reason ? $"cure: the command was stopped before anything was measured: {reason} ({kept}); see --patience and --budget."
            : request.Logs.Count > 0 ? $"cure: no log with a training appeared at {string.Join(", ", request.Logs)} while the command ran; expected --logs to name what it writes ({kept})."
            : run.Process.Printed == 0 ? $"cure: the command printed nothing and recorded nothing; expected a monitor in the program, or --logs PATH ({kept})."
            : $"cure: nothing that the command printed is the log of a training, and it recorded nothing; expected a monitor in the program, or --logs PATH ({kept}).";
    }

    /// <summary>Says what is worth knowing of a training that was measured.</summary>
    /// <param name="asItIs">The training as it is.</param>
    public static IEnumerable<string> Notes(AsItIs asItIs)
    {
        if (asItIs.Run.ExitCode is { } code and not 0)
        {
            yield return FormattableString.Invariant($"the command ended with exit code {code}: {asItIs.Run.LastLine()}");
        }

        if (asItIs.Run.Stopped is { } reason)
        {
            yield return FormattableString.Invariant($"the command was stopped, {reason}; trials go as far as it came, {asItIs.Steps} steps.");
        }

        if (asItIs.Reading.Runs > 1)
        {
            yield return FormattableString.Invariant($"{asItIs.Reading.Runs} runs were found; '{asItIs.Reading.Report.Run.Name}' is judged, which tells most.");
        }
    }
}
