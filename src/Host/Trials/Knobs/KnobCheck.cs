using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Looks up what the program has as it is for the knobs that the user names, and makes sure that they can be set.</summary>
internal static class KnobCheck
{
    /// <summary>Completes a knob.</summary>
    /// <param name="knob">The knob.</param>
    /// <param name="command">The command.</param>
    /// <param name="copies">Whether the command runs in a copy of its folder.</param>
    /// <exception cref="UsageException">It cannot be set.</exception>
    public static Knob Complete(Knob knob, ForeignCommand command, bool copies)
    {
        ArgumentNullException.ThrowIfNull(knob);
        ArgumentNullException.ThrowIfNull(command);
        string? present = knob.Target switch
        {
            WordTarget target => target.Find(command.Words),
            EnvironmentTarget target => Environment.GetEnvironmentVariable(target.Variable),
            FileTarget target => InFile(target, command, copies),
            _ => null,
        };
        return knob with { Present = knob.Present ?? present };
    }

    private static string? InFile(FileTarget target, ForeignCommand command, bool copies)
    {
        string path = Path.GetFullPath(target.File, command.Folder);
        if (!File.Exists(path))
        {
            throw new UsageException($"--knob: {target}: there is no file '{path}'.");
        }

        if (!copies && !command.Words.Any(word => word == target.File || word.EndsWith("=" + target.File, StringComparison.Ordinal)))
        {
            throw new UsageException($"--knob: {target}: the command does not name '{target.File}', so that it cannot be given a changed copy; expected that it does, or --copy.");
        }

        string text = File.ReadAllText(path);
        string? present = ConfigurationEdit.Find(text, target);
        _ = ConfigurationEdit.Set(text, target, present ?? "0");
        return present;
    }
}
