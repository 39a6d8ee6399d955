using System.Diagnostics;
using System.Globalization;
using TrainingDoctor.Tests.Hostile;

namespace TrainingDoctor.Benchmarks.Hostile;

/// <summary>What became of all inputs. Safe for concurrent use.</summary>
/// <param name="folder">Where inputs go that failed; null for nowhere.</param>
internal sealed class HostileTally(string? folder)
{
    private const int Told = 10;

    /// <summary>The law for any input below 1 MB.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<string> _failures = [];
    private readonly SortedSet<(TimeSpan Elapsed, long Index, string What)> _slowest = [];
    private readonly SortedSet<(long Allocated, long Index, string What)> _largest = [];
    private long _tried;
    private long _refused;
    private long _runs;
    private long _mostRuns;
    private long _output;
    private long _failed;

    /// <summary>Gets a value indicating whether an input failed or was beyond the bounds.</summary>
    public bool HasFailed => _failed > 0;

    /// <summary>Counts an input.</summary>
    public void Add(long index, string name, byte[] input, TrialOutcome outcome)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"input {index}, {name}, {input.Length:N0} bytes, {outcome.Runs} runs");
        string? fault = outcome.Fault ?? (outcome.Elapsed > Longest && input.Length < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"took {outcome.Elapsed.TotalSeconds:F1} s") : null);
        lock (_lock)
        {
            _tried++;
            _refused += outcome.IsRefused ? 1 : 0;
            _runs += outcome.Runs;
            _mostRuns = Math.Max(_mostRuns, outcome.Runs);
            _output = Math.Max(_output, outcome.Output);
            Keep(_slowest, (outcome.Elapsed, index, what));
            Keep(_largest, (outcome.Allocated, index, what));
            if (fault is null)
            {
                return;
            }

            _failed++;
            if (_failures.Count < Told)
            {
                _failures.Add($"{what}: {fault}");
            }
        }

        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{index}-{name}")), input);
        }
    }

    /// <summary>Writes the figures.</summary>
    public void Write(TextWriter writer, int seed, TimeSpan elapsed)
    {
        using var process = Process.GetCurrentProcess();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {_tried:N0} inputs in {elapsed.TotalSeconds:F0} s; {_refused:N0} refused, {_runs:N0} runs judged, {_mostRuns:N0} at most of one input; {_failed:N0} failures"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"longest report {_output:N0} characters; peak of the process {process.PeakWorkingSet64 >> 20:N0} MiB"));
        writer.WriteLine("slowest:");
        foreach (var (time, _, what) in _slowest.Reverse())
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {time.TotalSeconds:F2} s  {what}"));
        }

        writer.WriteLine("largest, all that was allocated:");
        foreach (var (bytes, _, what) in _largest.Reverse())
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bytes >> 20:N0} MiB  {what}"));
        }

        foreach (string failure in _failures)
        {
            writer.WriteLine($"FAILED {failure}");
        }
    }

    private static void Keep<T>(SortedSet<(T Value, long Index, string What)> best, (T Value, long Index, string What) entry)
    {
        best.Add(entry);
        if (best.Count > 5)
        {
            best.Remove(best.Min);
        }
    }
}
