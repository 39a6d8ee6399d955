using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Diagnostics.NETCore.Client;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>A host in a process of its own, so that its time and memory are its own.</summary>
internal sealed partial class FleetHost : IDisposable
{
    /// <summary>The collections that take everything.</summary>
    private const string FullCollections = @"dotnet_gc_collections_total\{[^}]*""gen2""";

    /// <summary>Who listens with it has the runtime collect everything first.</summary>
    private const long HeapCollectKeyword = 0x800000;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor-fleet-").FullName;
    private readonly Process _process;
    private bool _isDisposed;
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FleetHost(string[] words)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", words)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder,
            },
        };
        _process.ErrorDataReceived += (_, line) => Look(line.Data);
    }

    /// <summary>Gets where it listens.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <summary>Gets the memory in main memory, in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Gets how long it has had a processor.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Has the host collect all that it does not hold, and asks what is left: sizes of its heaps less the gaps in them, in bytes.</summary>
    /// <param name="http">The connections.</param>
    public async Task<long> LiveAsync(HttpClient http)
    {
        // What is finalized is gone after the second collection.
        for (int collection = 0; collection < 2; collection++)
        {
            long before = await CountAsync(http, FullCollections);
            using var session = await new DiagnosticsClient(_process.Id).StartEventPipeSessionAsync([new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, HeapCollectKeyword)], requestRundown: false, circularBufferMB: 16, CancellationToken.None);
            var passed = session.EventStream.CopyToAsync(Stream.Null);
            for (long deadline = Environment.TickCount64 + 60_000; await CountAsync(http, FullCollections) == before;)
            {
                await Task.Delay(Environment.TickCount64 < deadline ? 350 : throw new TimeoutException("The host does not collect."));
            }

            await session.StopAsync(CancellationToken.None);
            await passed;
        }

        string metrics = await http.GetStringAsync(new Uri($"{Address}/metrics"));
        return Sum(Heap().Matches(metrics)) - Sum(Gaps().Matches(metrics));
    }

    /// <summary>Asks the host for one of the numbers that it counts.</summary>
    /// <param name="http">The connections.</param>
    /// <param name="name">How the number's name begins.</param>
    /// <returns>0 where it has counted nothing.</returns>
    public async Task<long> CountAsync(HttpClient http, string name) =>
        Regex.Match(await http.GetStringAsync(new Uri($"{Address}/metrics")), $@"^{name}\S* (\d+)", RegexOptions.Multiline) is { Success: true } count ? long.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>Starts a host and waits until it listens.</summary>
    /// <param name="sharing">The options with which it shares its runs; none for a host of its own.</param>
    /// <param name="isSmall">Whether it lets go of what is silent, and of memory, as soon as it may.</param>
    public static Task<FleetHost> StartAsync(string[] sharing, bool isSmall)
    {
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Host/bin/Release/net10.0/traindoctor.dll"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException("The host is not built: dotnet build -c Release src/Host.");
        }

        string[] record = sharing.Length == 0 ? ["--record", "runs"] : [];
        var host = new FleetHost([program, "attach", "--listen", "http://127.0.0.1:0", "--quiet", .. sharing, .. record]);
        var environment = host._process.StartInfo.Environment;
        (environment["TRAINDOCTOR_IDLESECONDS"], environment["TRAINDOCTOR_REQUESTSPERSECOND"]) = (isSmall ? "10" : "120", "1000000");
        if (isSmall)
        {
            // What is in main memory is what is held, more or less, and not what was.
            (environment["DOTNET_GCgen0size"], environment["DOTNET_GCConserveMemory"]) = ("0x1000000", "5");
        }

        return host.ListenAsync();
    }

    /// <summary>Starts <see cref="Echo"/> in a process of its own and waits until it listens.</summary>
    public static Task<FleetHost> StartEchoAsync() => new FleetHost([typeof(Echo).Assembly.Location, Echo.Switch]).ListenAsync();

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        // Only the process that was started here.
        _isDisposed = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"listening at (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^dotnet_gc_last_collection_heap_fragmentation_size_bytes\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Gaps();

    [GeneratedRegex(@"^dotnet_gc_last_collection_heap_size_bytes\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Heap();

    private async Task<FleetHost> ListenAsync()
    {
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Address = await _address.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return this;
    }

    private static long Sum(MatchCollection generations) => generations.Sum(generation => long.Parse(generation.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private void Look(string? line)
    {
        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(match.Groups[1].Value);
        }
    }
}
