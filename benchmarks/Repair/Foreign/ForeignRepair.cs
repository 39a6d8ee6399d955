using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TrainingDoctor.Changes;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Has <c>traindoctor cure -- COMMAND</c> repair a program of the corpus that runs as a process of its own, and judges what it kept by what the program told the benchmark.</summary>
internal static class ForeignRepair
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Repairs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="isPlain">Whether it has no monitor but flags and a CSV.</param>
    public static Attempt Run(CorpusProgram program, int seed, bool isPlain)
    {
        string folder = Directory.CreateTempSubdirectory("repair-foreign-").FullName;
        try
        {
            string trials = Path.Combine(folder, "trials");
            string results = Path.Combine(folder, "results");
            var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            List<string> words = [Doctor, "cure", "--yes", "--no-confirm", "--folder", trials];
            List<string> command = ["dotnet", typeof(ForeignRepair).Assembly.Location, ForeignProgram.Verb, "--program", program.Name, "--seed", seed.ToString(CultureInfo.InvariantCulture), "--results", Path.Combine(results, "{trial}.json")];
            if (isPlain)
            {
                words.AddRange(["--logs", Path.Combine(folder, "curves", "{trial}.csv")]);
                command.AddRange(["--csv", Path.Combine(folder, "curves", "{trial}.csv")]);
            }

            words.AddRange(["--", .. command]);
            words.ForEach(start.ArgumentList.Add);
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Longest))
            {
                process.Kill(entireProcessTree: true);
                return new Attempt { Note = "took longer than ten minutes" };
            }

            return Judged(program, seed, Path.Combine(trials, "trials.json"), results, $"{output.Result}\n{error.Result}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Doctor => Directory.EnumerateFiles(Path.Combine(Root, "src", "Host", "bin", "Release"), "traindoctor.dll", SearchOption.AllDirectories).First();

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Diagnostics.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The benchmark runs outside the repository.");
            }

            return folder.FullName;
        }
    }

    /// <summary>Measures the model that an earlier end keeps. The doctor has seen it in the training as it is, at no further cost; the benchmark has to train up to it.</summary>
    private static Judgement EndedAt(CorpusProgram program, int seed, double epoch)
    {
        var judge = new Judge(program);
        using var observer = new MonitoringObserver(next: judge);
        TrainingLoop.Run(new CuredProgram(program.ToProgram(), [new EpochLimit(epochs => Math.Min(epochs, (int)Math.Ceiling(epoch)))]), seed, observer);
        return judge.With(^1, observer.Report!);
    }

    private static Attempt Judged(CorpusProgram program, int seed, string trials, string results, string told)
    {
        var ran = Directory.Exists(results)
            ? Directory.EnumerateFiles(results, "*.json").ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonSerializer.Deserialize<ForeignResult>(File.ReadAllText(file), WorkerPool.Json)!)
            : [];
        double cost = ran.Values.Sum(result => result.Share);
        if (!File.Exists(trials) || ran.Count == 0)
        {
            return new Attempt { Cost = cost, Note = told };
        }

        using var document = JsonDocument.Parse(File.ReadAllText(trials));
        var before = ran.OrderBy(item => item.Key, StringComparer.Ordinal).First().Value.After;
        string? winner = document.RootElement.TryGetProperty("winner", out var name) ? name.GetString() : null;
        var after = winner is not null ? ran.GetValueOrDefault(winner)?.After
            : document.RootElement.TryGetProperty("lastEpoch", out var last) && last.ValueKind == JsonValueKind.Number ? EndedAt(program, seed, last.GetDouble()) : null;
        return new Attempt
        {
            After = after,
            IsRepaired = before is not null && after is not null && Judgement.IsRepaired(before, after, Unrepairable.CostsNothing(program)),
            Cost = cost,
            Repair = document.RootElement.TryGetProperty("change", out var change) ? change.GetString() : null,
            Note = told,
        };
    }
}
