using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Benchmarks.Logs;

/// <summary>What one process took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="Processor">How many seconds it had a processor, on Linux.</param>
/// <param name="Peak">The most memory that it had in main memory, in bytes, on Linux and as far as a look every ten milliseconds tells.</param>
internal sealed record TimedProcess(double Seconds, double Processor, long Peak)
{
    private const int ChildrenOfThisProcess = -1;

    /// <summary>Runs a program to its end; what it writes is thrown away. One at a time.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">What it is given.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static TimedProcess Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        double before = ProcessorOfChildren();
        long begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(10))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        _ = output.Result;
        return process.ExitCode is 0 or 1
            ? new TimedProcess(seconds, ProcessorOfChildren() - before, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }

    /// <summary>Returns the middle of some runs by one of their figures.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="figure">The figure.</param>
    public static double Median(IEnumerable<TimedProcess> runs, Func<TimedProcess, double> figure)
    {
        double[] sorted = [.. runs.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static long PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or this is another system.
            return 0;
        }
    }

    private static double ProcessorOfChildren()
    {
        if (!OperatingSystem.IsLinux() || Usage(ChildrenOfThisProcess, out var usage) != 0)
        {
            return 0;
        }

        return usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e6);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Usage(int who, out ResourceUsage usage);

    /// <summary>As Linux lays it out on machines of 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private readonly struct ResourceUsage
    {
        public readonly long UserSeconds;
        public readonly long UserMicroseconds;
        public readonly long SystemSeconds;
        public readonly long SystemMicroseconds;
    }
}
