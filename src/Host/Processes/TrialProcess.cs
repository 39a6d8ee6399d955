using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Processes;

/// <summary>A training that runs as a program of its own. What it prints is kept in files, of which neither may grow without end.</summary>
internal sealed class TrialProcess : IAsyncDisposable
{
    /// <summary>How long a program that is asked to end has for it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const long MostOutput = 64L << 20;
    private static readonly TimeSpan Draining = TimeSpan.FromSeconds(2);
    private static readonly ConcurrentDictionary<TrialProcess, bool> Living = [];
    private readonly Process _process;
    private readonly string? _mark;
    private readonly Task _pumps;
    private readonly CancellationTokenSource _pumping = new();
    private readonly Stopwatch _running = Stopwatch.StartNew();
    private long _printed;
    private bool _isEnded;

    static TrialProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    private TrialProcess(Process process, TrialFolder folder, string? mark)
    {
        (_process, _mark) = (process, mark);
        Living[this] = true;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput.BaseStream, folder.Output), PumpAsync(process.StandardError.BaseStream, folder.Error));
    }

    /// <summary>Gets a value indicating whether programs can be paused here.</summary>
    public static bool CanPause => ProcessGroup.HasSessions;

    /// <summary>Gets a value indicating whether the program is over.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Gets the exit code; null before the program is over.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Gets a value indicating whether it stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Gets how many bytes it has printed.</summary>
    public long Printed => Interlocked.Read(ref _printed);

    /// <summary>Gets how long it has run, without pauses.</summary>
    public TimeSpan Ran => _running.Elapsed;

    /// <summary>Ends all programs at once: this one ends before it can end them in order, and nothing that it has started must stay, least of all standing still.</summary>
    public static void KillAll()
    {
        foreach (var living in Living.Keys)
        {
            ProcessGroup.EndAsync(living._process, TimeSpan.Zero, living._mark).GetAwaiter().GetResult();
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="workingFolder">The folder that it runs in.</param>
    /// <param name="environment">Variables that are set beside those of this process; one that is null is taken away.</param>
    /// <param name="folder">Where its output goes.</param>
    /// <exception cref="UsageException">It cannot be started.</exception>
    public static TrialProcess Start(IReadOnlyList<string> words, string workingFolder, IReadOnlyDictionary<string, string?> environment, TrialFolder folder)
    {
        var start = ProcessGroup.StartOf(words[0], words.Skip(1));
        (start.WorkingDirectory, start.UseShellExecute) = (workingFolder, false);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start)!;

            // Whoever asks something gets no answer, and does not wait for one.
            process.StandardInput.Close();
            return new TrialProcess(process, folder, environment.FirstOrDefault(entry => entry.Value == folder.Recording) is { Key: { } name } ? $"{name}={folder.Recording}" : null);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new UsageException($"cure: '{words[0]}' cannot be started: {exception.Message}");
        }
    }

    /// <summary>Lets the program stand still.</summary>
    public void Pause()
    {
        if (CanPause && !IsPaused && !HasExited)
        {
            ProcessGroup.Send(_process, GroupSignal.Stop);
            _running.Stop();
            IsPaused = true;
        }
    }

    /// <summary>Lets it go on.</summary>
    public void Resume()
    {
        if (IsPaused)
        {
            IsPaused = false;
            _running.Start();
            ProcessGroup.Send(_process, GroupSignal.Continue);
        }
    }

    /// <summary>Ends the program with all that it has started, and waits until its output is kept.</summary>
    /// <param name="grace">How long it has to end in order; null for the usual time.</param>
    public async Task EndAsync(TimeSpan? grace = null)
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        IsPaused = false;
        await ProcessGroup.EndAsync(_process, grace ?? Grace, _mark).ConfigureAwait(false);
        Living.TryRemove(this, out _);
        _running.Stop();
        if (await Task.WhenAny(_pumps, Task.Delay(Draining)).ConfigureAwait(false) != _pumps)
        {
            // Somebody holds the pipe open who could not be ended.
            await _pumping.CancelAsync().ConfigureAwait(false);
        }

        await _process.WaitForExitAsync().WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _process.Dispose();
        _pumping.Dispose();
    }

    private async Task PumpAsync(Stream from, string path)
    {
        byte[] buffer = new byte[64 * 1024];
        long left = MostOutput;
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                for (int count = 1; count > 0;)
                {
                    count = await from.ReadAsync(buffer, _pumping.Token).ConfigureAwait(false);
                    int kept = (int)Math.Min(left, count);
                    await file.WriteAsync(buffer.AsMemory(0, kept), _pumping.Token).ConfigureAwait(false);
                    left -= kept;
                    Interlocked.Add(ref _printed, count);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The disk is full or nobody reads on: what was kept stands.
        }
    }
}
