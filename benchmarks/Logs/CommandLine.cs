using System.Globalization;

namespace TrainingDoctor.Benchmarks.Logs;

/// <summary>The command <c>traindoctor</c> as its users start it: folders of small logs, and the first report of one.</summary>
internal static class CommandLine
{
    /// <summary>The argument that makes this program greet and end.</summary>
    public const string Greeting = "greet";

    private const int RowsOfMany = 40;
    private const int RowsOfOne = 199;
    private const int Turns = 15;

    /// <summary>Diagnoses folders of many small logs, and prints how many a second and in how much memory.</summary>
    /// <param name="folder">Where the logs are written.</param>
    /// <param name="programs">The commands, in turns.</param>
    /// <param name="counts">How many logs.</param>
    /// <param name="rounds">How many times.</param>
    public static int MeasureMany(string folder, string[] programs, IEnumerable<int> counts, int rounds)
    {
        foreach (int count in counts)
        {
            string logs = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"many-{count}"));
            SmallLogs.Write(logs, count, RowsOfMany);
            Print(InTurns(programs, rounds, program => TimedProcess.Run(program, "diagnose", logs, "--quiet", "--output", Path.Combine(folder, "many.json"))), (program, runs) =>
            {
                double seconds = TimedProcess.Median(runs, run => run.Seconds);
                return $"{count,6:N0} logs  {seconds,6:F2} s  {count / seconds,5:F0} a second  {TimedProcess.Median(runs, run => run.Processor) / seconds:F2} of {Environment.ProcessorCount} processors  at most {runs.Max(run => run.Peak) / 1048576} MiB  {program}";
            });
        }

        return 0;
    }

    /// <summary>Starts the command for one small log, beside a program that greets and ends.</summary>
    /// <param name="folder">Where the log is written.</param>
    /// <param name="programs">The commands, in turns.</param>
    public static int MeasureStart(string folder, string[] programs)
    {
        string logs = Path.Combine(folder, "one");
        SmallLogs.Write(logs, 1, RowsOfOne);
        string log = Path.Combine(logs, "00000.csv");
        string greeter = Environment.ProcessPath!;
        Print(InTurns([greeter, .. programs], Turns, program => program == greeter ? TimedProcess.Run(program, Greeting) : TimedProcess.Run(program, "diagnose", log)), (program, runs) =>
        {
            string what = program == greeter ? "greeting alone" : "first report";
            return $"{what,-14} {TimedProcess.Median(runs, run => run.Seconds):F3} s (quickest {runs.Min(run => run.Seconds):F3}), {TimedProcess.Median(runs, run => run.Processor):F3} s of a processor  {program}";
        });
        return 0;
    }

    private static Dictionary<string, List<TimedProcess>> InTurns(string[] programs, int rounds, Func<string, TimedProcess> run)
    {
        // What comes first fills the page cache for all.
        var runs = programs.ToDictionary(program => program, _ => new List<TimedProcess>());
        foreach (string program in programs)
        {
            run(program);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (string program in round % 2 == 0 ? programs : programs.Reverse())
            {
                runs[program].Add(run(program));
            }
        }

        return runs;
    }

    private static void Print(Dictionary<string, List<TimedProcess>> runs, Func<string, List<TimedProcess>, string> line)
    {
        foreach (var (program, taken) in runs)
        {
            Console.WriteLine(line(program, taken));
        }
    }
}
