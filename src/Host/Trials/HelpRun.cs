using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>Asks a program for its help. One that knows no <c>--help</c> may begin to train: it is ended after a while, with all that it has started.</summary>
internal static class HelpRun
{
    private const int LargestHelp = 256 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks.</summary>
    /// <param name="request">What is to be cured.</param>
    /// <param name="starter">Knows where the command may run: one that begins to train must not write among the user's files.</param>
    /// <param name="cancellation">Interrupts.</param>
    /// <returns>What was printed; empty where it is not known.</returns>
    public static string Ask(CureRequest request, TrialStarter starter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(starter);
        ArgumentNullException.ThrowIfNull(request);
        var folder = new TrialFolder("help", Path.Combine(request.Folder, "help"));
        Directory.CreateDirectory(folder.Recording);
        try
        {
            return AskAsync(request, starter.WorkingFolderOf(folder), folder, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is UsageException or IOException)
        {
            return string.Empty;
        }
    }

    private static async Task<string> AskAsync(CureRequest request, string workingFolder, TrialFolder folder, CancellationToken cancellation)
    {
        string[] words = [.. request.Command.Words, "--help"];
        var environment = new Dictionary<string, string?> { ["TRAINDOCTOR_RECORD"] = folder.Recording, ["TRAINDOCTOR"] = "off", ["COLUMNS"] = "160" };
        var process = TrialProcess.Start(words, workingFolder, environment, folder);
        await using (process.ConfigureAwait(false))
        {
            while (!process.HasExited && process.Ran < Longest)
            {
                await Task.Delay(Look, cancellation).ConfigureAwait(false);
            }

            await process.EndAsync().ConfigureAwait(false);
            return process.ExitCode == 0 ? Text(folder.Output) : string.Empty;
        }
    }

    private static string Text(string path)
    {
        using var reader = new StreamReader(path);
        char[] text = new char[LargestHelp];
        return new string(text, 0, reader.ReadBlock(text, 0, text.Length));
    }
}
