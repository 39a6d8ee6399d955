using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Benchmarks.Soak;

/// <summary>The host, in a process of its own so that its memory is its own.</summary>
internal sealed partial class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string? _folder;

    private HostProcess(IEnumerable<string> arguments, string? folder = null)
    {
        _folder = folder;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Look(line.Data);
        _process.ErrorDataReceived += (_, line) => Look(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The host ended before it said where it listens."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets the memory in main memory, in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public Task<string> AddressAsync => _address.Task.WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>Starts a host.</summary>
    /// <param name="receiver"><c>builtin</c>, or <c>attach</c> for that of the product.</param>
    public static HostProcess Start(string receiver)
    {
        string here = AppContext.BaseDirectory;
        string host = Path.GetFullPath(Path.Combine(here, "../../../../../src/Host/bin/Release/net10.0/traindoctor.dll"));
        return receiver switch
        {
            "builtin" => new HostProcess([Path.Combine(here, "TrainingDoctor.Benchmarks.Soak.dll"), Receiver.Switch]),
            "attach" when File.Exists(host) => Attach(host),
            "attach" => throw new InvalidOperationException("The host is not built: dotnet build -c Release src/Host."),
            _ => throw new ArgumentException($"--receiver: '{receiver}'; expected builtin or attach."),
        };
    }

    /// <summary>Gets how many lines the host counted, and where it is the one that is built in, how many measurements.</summary>
    public async Task<(long Lines, long? Measurements)> CountsAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        string address = await AddressAsync;
        if (_folder is null)
        {
            using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri(address + "/counts")));
            return (json.RootElement.GetProperty("lines").GetInt64(), json.RootElement.GetProperty("measurements").GetInt64());
        }

        // The exporter answers from a cache for a moment.
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (long.Parse(Taken().Match(await http.GetStringAsync(new Uri(address + "/metrics"))).Groups[1].ValueSpan, CultureInfo.InvariantCulture), null);
    }

    public void Dispose()
    {
        // Only the process that was started here.
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The product's host, which keeps what it receives as it would for a user.</summary>
    private static HostProcess Attach(string host)
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor-soak-").FullName;
        return new HostProcess([host, "attach", "--listen", "http://127.0.0.1:0", "--record", folder], folder);
    }

    private void Look(string? line)
    {
        if (line is not null && Address().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(match.Value);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*")]
    private static partial Regex Address();

    [GeneratedRegex(@"training_doctor_received_lines_total\{[^}]*outcome=""taken""[^}]*\} (\d+)")]
    private static partial Regex Taken();
}
