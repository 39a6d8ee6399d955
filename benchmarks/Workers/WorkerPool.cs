using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;

namespace TrainingDoctor.Benchmarks;

/// <summary>Spreads runs over processes of one thread each, so that no run disturbs another's numbers. Shared by the benchmarks that train the corpus.</summary>
internal static class WorkerPool
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Does one process' part, every so many-th run, and writes one line of JSON for each.</summary>
    /// <param name="into">The file to write to.</param>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="parts">How many there are.</param>
    /// <param name="runs">How many runs there are.</param>
    /// <param name="run">Does a run.</param>
    public static void Work<T>(string into, int part, int parts, int runs, Func<int, T> run)
    {
        torch.set_num_threads(1);
        using var writer = new StreamWriter(into) { AutoFlush = true };
        for (int i = part; i < runs; i += parts)
        {
            writer.WriteLine(JsonSerializer.Serialize(run(i), Json));
        }
    }

    /// <summary>Starts the workers and collects what they wrote.</summary>
    /// <param name="parts">How many workers.</param>
    /// <param name="arguments">Gives a worker, by its part and the file to write to, its arguments.</param>
    /// <exception cref="InvalidOperationException">A worker failed.</exception>
    public static IReadOnlyList<T> Collect<T>(int parts, Func<int, string, IEnumerable<string>> arguments)
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor-workers-").FullName;
        try
        {
            string[] files = [.. Enumerable.Range(0, parts).Select(part => Path.Combine(folder, $"{part}.jsonl"))];
            var workers = files.Select((file, part) => Start(arguments(part, file))).ToList();
            foreach (var worker in workers)
            {
                worker.WaitForExit();
                if (worker.ExitCode != 0)
                {
                    throw new InvalidOperationException($"A worker ended with {worker.ExitCode}.");
                }

                worker.Dispose();
            }

            return [.. files.SelectMany(File.ReadLines).Select(line => JsonSerializer.Deserialize<T>(line, Json)!)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        foreach (string argument in arguments)
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
