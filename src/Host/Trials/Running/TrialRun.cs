using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Trials.Evidence;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>One training that was started as a program of its own, with all that is to be told of it.</summary>
internal sealed class TrialRun : IAsyncDisposable
{
    private bool _isDisposed;

    /// <summary>Gets what is tried, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets its folder.</summary>
    public required TrialFolder Folder { get; init; }

    /// <summary>Gets how it was treated.</summary>
    public required Treatment Treatment { get; init; }

    /// <summary>Gets the command.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Gets the folder that it runs in.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Gets the variables that knobs set.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Gets what differs in its configuration files, as patches by file.</summary>
    public required IReadOnlyDictionary<string, string> Patches { get; init; }

    /// <summary>Gets the program.</summary>
    public required TrialProcess Process { get; init; }

    /// <summary>Gets where it tells how it goes.</summary>
    public required EvidencePlaces Places { get; init; }

    /// <summary>Gets what reads it.</summary>
    public required TrialReader Reader { get; init; }

    /// <summary>Gets or sets what its monitor answered; null for no answer.</summary>
    public MonitorAnswer? Answer { get; set; }

    /// <summary>Gets or sets why it was ended before its time; null where it was not.</summary>
    public string? Stopped { get; set; }

    /// <summary>Gets or sets how much of a whole training it has run.</summary>
    public double Share { get; set; }

    /// <summary>Gets or sets its exit code; null where it did not come to its end.</summary>
    public int? ExitCode { get; set; }

    /// <summary>Gets or sets what came of it last; null where nothing was measured.</summary>
    public Cures.Trial? Outcome { get; set; }

    /// <summary>Gets or sets a value indicating whether it is known that nothing of it will be tried for longer.</summary>
    public bool IsOver { get; set; }

    /// <summary>Gets what could not be applied.</summary>
    public IReadOnlyList<string> Skipped => [.. Treatment.Skipped, .. (Answer?.Skipped ?? []).Select(change => $"{KebabCase.Of(change.Kind)}: {change.Reason.TrimEnd('.')}.")];

    /// <summary>Returns the last line that it printed, to standard error where there is one: what a program that fails says.</summary>
    public string? LastLine() => LastLineOf(Folder.Error) ?? LastLineOf(Folder.Output);

    /// <summary>Ends the program and keeps its exit code, which counts only where it ended by itself.</summary>
    /// <param name="grace">How long it has to end in order; null for the usual time.</param>
    public async Task EndAsync(TimeSpan? grace = null)
    {
        if (_isDisposed)
        {
            return;
        }

        bool byItself = Process.HasExited;
        await Process.EndAsync(grace).ConfigureAwait(false);
        ExitCode ??= byItself ? Process.ExitCode : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _isDisposed = true;
        await Process.DisposeAsync().ConfigureAwait(false);
    }

    private static string? LastLineOf(string path)
    {
        const int End = 4096;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(End, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', '\r').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
