using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>A host in a process of its own, so that its time and memory are its own.</summary>
internal sealed partial class FleetHost : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor-fleet-").FullName;
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FleetHost(string[] sharing, bool isSmall)
    {
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Host/bin/Release/net10.0/traindoctor.dll"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException("The host is not built: dotnet build -c Release src/Host.");
        }

        string[] record = sharing.Length == 0 ? ["--record", Path.Combine(_folder, "runs")] : [];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, "attach", "--listen", "http://127.0.0.1:0", "--quiet", .. sharing, .. record])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder,
                Environment = { ["TRAINDOCTOR_IDLESECONDS"] = isSmall ? "10" : "120", ["TRAINDOCTOR_REQUESTSPERSECOND"] = "1000000" },
            },
        };
        if (isSmall)
        {
            // Collections come sooner, so that heaps show what is held and not what was.
            (_process.StartInfo.Environment["DOTNET_GCgen0size"], _process.StartInfo.Environment["DOTNET_GCConserveMemory"]) = ("0x1000000", "5");
        }

        _process.ErrorDataReceived += (_, line) => Look(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
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

    /// <summary>Asks the host how large its heaps were after their last collection, in bytes.</summary>
    /// <param name="http">The connections.</param>
    public async Task<long> HeapAsync(HttpClient http) =>
        Heap().Matches(await http.GetStringAsync(new Uri($"{Address}/metrics"))).Sum(generation => long.Parse(generation.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    /// <summary>Starts a host and waits until it listens.</summary>
    /// <param name="sharing">The options with which it shares its runs; none for a host of its own.</param>
    /// <param name="isSmall">Whether it lets go of what is silent, and of memory, as soon as it may.</param>
    public static async Task<FleetHost> StartAsync(string[] sharing, bool isSmall)
    {
        var host = new FleetHost(sharing, isSmall);
        host.Address = await host._address.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return host;
    }

    public void Dispose()
    {
        // Only the process that was started here.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"listening at (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^dotnet_gc_last_collection_heap_size_bytes\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Heap();

    private void Look(string? line)
    {
        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(match.Groups[1].Value);
        }
    }
}
