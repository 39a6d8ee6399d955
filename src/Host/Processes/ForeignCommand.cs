using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Processes;

/// <summary>The command whose training is treated.</summary>
/// <param name="Words">The program and its arguments.</param>
/// <param name="Folder">The folder that it runs in.</param>
internal sealed record ForeignCommand(IReadOnlyList<string> Words, string Folder)
{
    /// <summary>What stands for a trial's name in words, variables and paths.</summary>
    public const string TrialWord = "{trial}";

    /// <summary>Gets a value indicating whether the command keeps what trials write apart by itself.</summary>
    public bool NamesTrial => Words.Any(word => word.Contains(TrialWord, StringComparison.Ordinal));

    /// <summary>Returns the command as it is typed.</summary>
    public override string ToString() => Line(Words);

    /// <summary>Writes a command as it is typed in a shell.</summary>
    /// <param name="words">The words.</param>
    public static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./:=,@%+{}".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));

    /// <summary>Makes sure that there is such a program, before anything is written.</summary>
    /// <exception cref="UsageException">There is none, or it may not be run.</exception>
    public void Check()
    {
        string program = Words[0];
        bool isPath = program.Contains(Path.DirectorySeparatorChar) || program.Contains(Path.AltDirectorySeparatorChar);
        string[] places = isPath
            ? [Path.GetFullPath(program, Folder)]
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program))];
        string[] found = [.. places.SelectMany(place => OperatingSystem.IsWindows() ? new[] { place, place + ".exe", place + ".cmd", place + ".bat" } : [place]).Where(File.Exists)];
        if (found.Length == 0)
        {
            throw new UsageException($"cure: the command '{program}' was not found; expected a program {(isPath ? $"at '{places[0]}'" : "on PATH, or a path")}.");
        }

        if (!Array.Exists(found, MayRun))
        {
            throw new UsageException($"cure: '{found[0]}' may not be run; expected a program, or an interpreter before it, e.g. python3 {program}.");
        }
    }

    private static bool MayRun(string file) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
