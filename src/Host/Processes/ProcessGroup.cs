using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace TrainingDoctor.Host.Processes;

/// <summary>
/// Programs that run in a session of their own: signals reach them together with all that they have started, and a Ctrl-C on the terminal reaches none of them. Where there are no sessions (Windows) a
/// program is ended with its children and cannot be paused.
/// </summary>
internal static class ProcessGroup
{
    private const string SessionStarter = "/usr/bin/setsid";
    private const string Perl = "/usr/bin/perl";

    /// <summary>How long those have that outlive their program: where nobody collects what has ended, it looks alive for ever.</summary>
    private static readonly TimeSpan Leftover = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Gets a value indicating whether programs get a session of their own here.</summary>
    public static bool HasSessions { get; } = !OperatingSystem.IsWindows() && (File.Exists(SessionStarter) || File.Exists(Perl));

    /// <summary>Describes the start of a program in a session of its own; its id is that of the session.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo StartOf(string program, IEnumerable<string> arguments) =>
        !HasSessions ? new ProcessStartInfo(program, arguments)
        : File.Exists(SessionStarter) ? new ProcessStartInfo(SessionStarter, [program, .. arguments])
        : new ProcessStartInfo(Perl, ["-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 127", program, .. arguments]);

    /// <summary>Sends a signal to a program and all of its session's group.</summary>
    /// <param name="process">The program.</param>
    /// <param name="signal">The signal.</param>
    public static void Send(Process process, GroupSignal signal)
    {
        if (!HasSessions)
        {
            if (signal is GroupSignal.Terminate or GroupSignal.Kill && !process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            return;
        }

        // In its first moment the program has no group yet.
        if (Kill(-process.Id, NumberOf(signal)) != 0 && !process.HasExited)
        {
            _ = Kill(process.Id, NumberOf(signal));
        }
    }

    /// <summary>Tells whether anything of a program's group is left.</summary>
    /// <param name="process">The program.</param>
    public static bool IsAlive(Process process) => HasSessions ? !process.HasExited || Kill(-process.Id, 0) == 0 : !process.HasExited;

    /// <summary>Asks a program and all that it has started to end, and after a while ends them.</summary>
    /// <param name="process">The program.</param>
    /// <param name="grace">How long they have.</param>
    /// <param name="mark">A text of the program's environment, by which what has left its session is found; null where nobody looks.</param>
    public static async Task EndAsync(Process process, TimeSpan grace, string? mark = null)
    {
        if (IsAlive(process))
        {
            // A signal waits for a program that is stopped.
            Send(process, GroupSignal.Terminate);
            Send(process, GroupSignal.Continue);
            for (long begun = Stopwatch.GetTimestamp(); IsAlive(process) && Stopwatch.GetElapsedTime(begun) < (process.HasExited ? Leftover : grace);)
            {
                await Task.Delay(Look).ConfigureAwait(false);
            }

            Send(process, GroupSignal.Kill);
        }

        if (mark is not null)
        {
            KillMarked(mark);
        }
    }

    /// <summary>Ends what has left its session (a daemon), which Linux tells by its environment.</summary>
    private static void KillMarked(string mark)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(mark);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && id != Environment.ProcessId && HasMark(Path.Combine(folder, "environ"), text))
            {
                _ = Kill(id, NumberOf(GroupSignal.Kill));
            }
        }
    }

    private static bool HasMark(string environment, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(environment).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's, or over by now.
            return false;
        }
    }

    private static int NumberOf(GroupSignal signal) => (signal, OperatingSystem.IsMacOS()) switch
    {
        (GroupSignal.Terminate, _) => 15,
        (GroupSignal.Kill, _) => 9,
        (GroupSignal.Stop, false) => 19,
        (GroupSignal.Stop, true) => 17,
        (_, false) => 18,
        _ => 19,
    };

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int id, int signal);
}

/// <summary>What a group of processes can be told.</summary>
internal enum GroupSignal
{
    /// <summary>End in order.</summary>
    Terminate,

    /// <summary>Be ended.</summary>
    Kill,

    /// <summary>Stand still.</summary>
    Stop,

    /// <summary>Go on.</summary>
    Continue,
}
