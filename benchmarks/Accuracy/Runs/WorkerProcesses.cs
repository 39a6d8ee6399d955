using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Spreads the runs over processes of one thread each, so that no run disturbs another's numbers.</summary>
internal static class WorkerProcesses
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Gets the runs that the options ask for, in an order that spreads long ones.</summary>
    public static IReadOnlyList<(CorpusProgram Program, int Seed)> Runs(AccuracyOptions options)
    {
        var programs = TrainingCorpus.All.Where(program => program.Name.Contains(options.Only, StringComparison.Ordinal)).ToList();
        if (options.IsSubset)
        {
            programs = [.. programs.Where((_, index) => index % 4 == 0)];
        }

        return [.. programs.SelectMany(program => Enumerable.Range(options.From, options.Seeds).Select(seed => (program, seed)))];
    }

    /// <summary>Does this process' part, and writes one line of JSON per run.</summary>
    public static void Work(AccuracyOptions options)
    {
        torch.set_num_threads(1);
        using var writer = new StreamWriter(options.Into) { AutoFlush = true };
        var runs = Runs(options);
        for (int i = options.Part!.Value; i < runs.Count; i += options.Processes)
        {
            writer.WriteLine(JsonSerializer.Serialize(Run(options, runs[i].Program, runs[i].Seed), Json));
        }
    }

    /// <summary>Starts the workers and collects what they wrote.</summary>
    public static IReadOnlyList<RunRecord> Collect(AccuracyOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("accuracy-").FullName;
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

            return [.. files.SelectMany(File.ReadLines).Select(line => JsonSerializer.Deserialize<RunRecord>(line, Json)!)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RunRecord Run(AccuracyOptions options, CorpusProgram program, int seed)
    {
        if (options.Replay is { } kept)
        {
            return Replay.Run(kept, program, seed);
        }

        if (options.Record is not { } folder)
        {
            return Worker.Run(program, seed);
        }

        Directory.CreateDirectory(folder);
        var record = Worker.Run(program, seed, Replay.TelemetryPath(folder, program, seed));
        File.WriteAllText(Replay.RecordPath(folder, program, seed), JsonSerializer.Serialize(record, Json));
        return record;
    }

    private static Process Start(AccuracyOptions options, int part, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        string self = typeof(WorkerProcesses).Assembly.Location;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(self);
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
