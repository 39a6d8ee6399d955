using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Spreads the runs over processes of one thread each, so that no run disturbs another's numbers.</summary>
internal static class WorkerProcesses
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Gets the runs that the options ask for.</summary>
    public static IReadOnlyList<(CorpusProgram Program, int Seed)> Runs(RepairOptions options)
    {
        var programs = TrainingCorpus.All
            .Where(program => !program.IsContested && program.Name.Contains(options.Filter, StringComparison.Ordinal) && (options.WithHealthy || program.Truth.IsIll) && !(options.ValidationOnly && TrainingCorpus.IsForTuning(program)))
            .ToList();
        int stride = Math.Max(1, programs.Count / Math.Max(1, options.Limit));
        return
        [
            .. programs.Where((_, index) => index % stride == 0).Take(options.Limit).SelectMany(program => Enumerable.Range(1, options.Seeds).Select(seed => (program, seed))),
        ];
    }

    /// <summary>Does this process' part, and writes one line of JSON per run.</summary>
    public static void Work(RepairOptions options)
    {
        torch.set_num_threads(1);
        using var writer = new StreamWriter(options.Into) { AutoFlush = true };
        var runs = Runs(options);
        for (int i = options.Part!.Value; i < runs.Count; i += options.Processes)
        {
            writer.WriteLine(JsonSerializer.Serialize(Worker.Run(runs[i].Program, runs[i].Seed, options), Json));
        }
    }

    /// <summary>Starts the workers and collects what they wrote.</summary>
    public static IReadOnlyList<RepairRecord> Collect(RepairOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("repair-").FullName;
        try
        {
            string[] files = [.. Enumerable.Range(0, options.Processes).Select(part => Path.Combine(folder, $"{part}.jsonl"))];
            var workers = files.Select((file, part) => Start(options, part, file)).ToList();
            foreach (var worker in workers)
            {
                worker.WaitForExit();
                if (worker.ExitCode != 0)
                {
                    throw new InvalidOperationException($"A worker ended with {worker.ExitCode}.");
                }

                worker.Dispose();
            }

            return [.. files.SelectMany(File.ReadLines).Select(line => JsonSerializer.Deserialize<RepairRecord>(line, Json)!).OrderBy(record => record.Program, StringComparer.Ordinal).ThenBy(record => record.Seed)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(RepairOptions options, int part, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WorkerProcesses).Assembly.Location);
        }

        foreach (string argument in options.ForWorker(part, file))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;

        // libtorch warns of the very faults that some programs have; only what is not such a warning is passed on.
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text && !text.Contains("Warning:", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(text);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }
}
