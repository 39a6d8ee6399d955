using System.ComponentModel;
using System.Diagnostics;
using TrainingDoctor.Host.Processes;

namespace TrainingDoctor.Host.Watch;

/// <summary>Runs a command at a finding, with the finding as JSON on its standard input.</summary>
/// <param name="line">The command line, for the shell.</param>
/// <param name="timeout">How long it may take; then it is ended with all that it started.</param>
internal sealed class FindingCommand(string line, TimeSpan timeout) : INoticeReceiver
{
    public async Task<string?> TellAsync(string json, CancellationToken cancellation)
    {
        try
        {
            var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe") { ArgumentList = { "/c", line } }
                : ProcessGroup.StartOf("/bin/sh", ["-c", line]);
            start.RedirectStandardInput = true;

            // Standard output carries the report alone.
            start.RedirectStandardOutput = true;
            using var process = Process.Start(start)!;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            deadline.CancelAfter(timeout);
            try
            {
                // What the command has left running in the background may hold its output open: nobody waits for that.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, deadline.Token);
                await FeedAsync(process, json, deadline.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? null : FormattableString.Invariant($"--on-finding: the command ended with {process.ExitCode}");
            }
            catch (OperationCanceledException)
            {
                // What it left in the background is nobody's child by now, but of its session still.
                ProcessGroup.Send(process, GroupSignal.Kill);
                return "--on-finding: the command took too long and was ended";
            }
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            return $"--on-finding: {exception.Message}";
        }
    }

    public void Dispose()
    {
    }

    private static async Task FeedAsync(Process process, string json, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(json.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command does not read its input.
        }
    }
}
