using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace TrainingDoctor.Tests.Live;

/// <summary>The built program as a process that listens, so that it can be killed and begun anew.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _all = new();

    private HostProcess(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, int? blocks = null)
    {
        // A script's background job ignores interrupts, and so would all that it starts.
        // A file that may not grow is the nearest to a full disk that needs no rights: what would be written beyond fails as it does there.
        string[] limit = blocks is null ? [] : ["sh", "-c", FormattableString.Invariant($"trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"];
        string[] command = [.. limit, .. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT,TERM"] : Array.Empty<string>(), "dotnet", BuiltCommand.Assembly, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        if (blocks is not null)
        {
            // The runtime maps its code twice through a file in memory, which the limit would meet too.
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        }

        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets where it listens.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <summary>Gets what it said on standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_all)
            {
                return _all.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">What its environment holds beside ours.</param>
    /// <param name="blocks">To how many blocks of 512 bytes its files may grow; null for any.</param>
    public static async Task<HostProcess> StartAsync(string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, int? blocks = null)
    {
        var host = new HostProcess(folder, arguments, environment ?? new Dictionary<string, string>(), blocks);
        host.Address = Listening().Match(await host.UntilAsync(line => Listening().IsMatch(line))).Groups[1].Value;
        return host;
    }

    /// <summary>Runs a program that is not to come to listen.</summary>
    /// <returns>The exit code, and the lines on standard error.</returns>
    public static async Task<(int ExitCode, IReadOnlyList<string> Errors)> FailAsync(string folder, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        await using var host = new HostProcess(folder, arguments, environment);
        var (exitCode, _) = await host.EndAsync();
        var errors = new List<string>();
        await foreach (string line in host._errors.Reader.ReadAllAsync())
        {
            errors.Add(line);
        }

        return (exitCode, errors);
    }

    /// <summary>Gets how much memory it has, in MiB.</summary>
    public long ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Reads standard error up to a line.</summary>
    /// <param name="isWanted">Knows the line.</param>
    public async Task<string> UntilAsync(Func<string, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await foreach (string line in _errors.Reader.ReadAllAsync(deadline.Token))
            {
                if (isWanted(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What it said instead tells more.
        }

        throw new InvalidOperationException($"The line did not come; the program said:\n{Errors}");
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="name">Its name, as <c>STOP</c>.</param>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", ["-" + name, FormattableString.Invariant($"{_process.Id}")]);
        kill.WaitForExit();
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    /// <returns>The exit code, and what it wrote on standard output.</returns>
    public async Task<(int ExitCode, string Output)> InterruptAsync()
    {
        Process.Start("/bin/kill", ["-INT", FormattableString.Invariant($"{_process.Id}")])!.WaitForExit();
        return await EndAsync();
    }

    /// <summary>Asks it to end, as the system does before it kills.</summary>
    /// <returns>The exit code, and how long it took.</returns>
    public async Task<(int ExitCode, TimeSpan Elapsed)> TerminateAsync()
    {
        long asked = Stopwatch.GetTimestamp();
        Process.Start("/bin/kill", ["-TERM", FormattableString.Invariant($"{_process.Id}")])!.WaitForExit();
        var (exitCode, _) = await EndAsync();
        return (exitCode, Stopwatch.GetElapsedTime(asked));
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>The exit code, and what it wrote on standard output.</returns>
    public async Task<(int ExitCode, string Output)> EndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"listening at (https?://\S+)")]
    private static partial Regex Listening();

    private void Hear(string? line)
    {
        if (line is null)
        {
            _errors.Writer.TryComplete();
            return;
        }

        lock (_all)
        {
            _all.AppendLine(line);
        }

        _errors.Writer.TryWrite(line);
    }
}
