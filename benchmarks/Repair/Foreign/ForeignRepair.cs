using System.Globalization;
using System.Text.Json;
using TrainingDoctor.Changes;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Has <c>traindoctor cure -- COMMAND</c> repair a program of the corpus that runs as a process of its own, and judges what it kept by what the program told the benchmark.</summary>
internal static class ForeignRepair
{
    /// <summary>Repairs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="isPlain">Whether it has no monitor but flags and a CSV.</param>
    public static Attempt Run(CorpusProgram program, int seed, bool isPlain)
    {
        string folder = Directory.CreateTempSubdirectory("repair-foreign-").FullName;
        try
        {
            string results = Path.Combine(folder, "results");
            string curve = Path.Combine(folder, "curves", "{trial}.csv");
            List<string> command = ["dotnet", typeof(ForeignRepair).Assembly.Location, ForeignProgram.Verb, "--program", program.Name, "--seed", seed.ToString(CultureInfo.InvariantCulture), "--results", Path.Combine(results, "{trial}.json")];
            var (told, trials) = CureCommand.Run(folder, isPlain ? ["--logs", curve] : [], [.. command, .. isPlain ? ["--csv", curve] : Array.Empty<string>()]);
            using (trials)
            {
                return told is null ? new Attempt { Note = "took longer than ten minutes" } : Judged(program, seed, trials, results, told);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
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

    private static Attempt Judged(CorpusProgram program, int seed, JsonDocument? trials, string results, string told)
    {
        var ran = ResultsIn(results);
        double cost = ran.Values.Sum(result => result.Share);
        if (trials is null || ran.Count == 0)
        {
            return new Attempt { Cost = cost, Note = told };
        }

        var before = ran.OrderBy(item => item.Key, StringComparer.Ordinal).First().Value.After;
        var after = CureCommand.TextOf(trials, "winner") is { } winner ? ran.GetValueOrDefault(winner)?.After
            : trials.RootElement.TryGetProperty("lastEpoch", out var last) && last.ValueKind == JsonValueKind.Number ? EndedAt(program, seed, last.GetDouble()) : null;
        return new Attempt
        {
            After = after,
            IsRepaired = before is not null && after is not null && Judgement.IsRepaired(before, after, Unrepairable.CostsNothing(program)),
            Cost = cost,
            Repair = CureCommand.TextOf(trials, "change"),
            Note = told,
        };
    }

    private static Dictionary<string, ForeignResult> ResultsIn(string folder) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder, "*.json").ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonSerializer.Deserialize<ForeignResult>(File.ReadAllText(file), WorkerPool.Json)!);
}
