using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Has <c>traindoctor cure -- COMMAND</c> repair PyTorch programs through the recorder in them.</summary>
internal static class PyTorchRepair
{
    private static readonly string[] Candidates = [Environment.GetEnvironmentVariable("TRAINDOCTOR_PYTHON") ?? "python3", "python3", "/usr/bin/python3"];

    /// <summary>Repairs one program of each fault that can be reached from outside.</summary>
    /// <param name="options">How many at most, and the seed of the draw.</param>
    /// <returns>None where no python3 with torch is installed.</returns>
    public static IReadOnlyList<PyTorchRecord> Run(RepairOptions options)
    {
        if (Candidates.FirstOrDefault(python => Output(python, "-c", "import torch") is not null) is not { } found)
        {
            return [];
        }

        var random = new Random(options.Draw);
        string[] drawn =
        [
            .. Output(found, Programs, "--list")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' '))
                .Where(words => Unrepairable.ReasonOfFault(words[1]) is null)
                .GroupBy(words => words[1], words => words[0])
                .OrderBy(fault => fault.Key, StringComparer.Ordinal)
                .Select(fault => fault.ElementAt(random.Next(fault.Count()))),
        ];
        random.Shuffle(drawn);
        return [.. drawn.Take(options.Limit).Select(name => Repair(found, name))];
    }

    private static string Programs => Path.Combine(CureCommand.Root, "benchmarks", "Repair", "Foreign", "PyTorch", "run.py");

    private static PyTorchRecord Repair(string python, string name)
    {
        string folder = Directory.CreateTempSubdirectory("repair-pytorch-").FullName;
        try
        {
            string results = Path.Combine(folder, "results");
            var (told, trials) = CureCommand.Run(folder, [], [python, Programs, name, "--results", Path.Combine(results, "{trial}.json")]);
            using (trials)
            {
                var ran = Directory.Exists(results)
                    ? Directory.EnumerateFiles(results, "*.json").ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonSerializer.Deserialize<Result>(File.ReadAllText(file), WorkerPool.Json)!)
                    : [];
                if (trials is null || !ran.TryGetValue("t00", out var first))
                {
                    return new PyTorchRecord(name, null, new Attempt { Note = told });
                }

                var before = Judged(folder, "t00", first);
                var after = CureCommand.TextOf(trials, "winner") is { } winner && ran.TryGetValue(winner, out var last) ? Judged(folder, winner, last) : null;
                return new PyTorchRecord(name, before, new Attempt
                {
                    After = after,
                    IsRepaired = after is not null && Judgement.IsRepaired(before, after, costsNothing: false),
                    Cost = ran.Values.Sum(result => result.Share),
                    Repair = CureCommand.TextOf(trials, "change"),
                    Note = told,
                });
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts what the program told of its model beside the doctor's report of the same training.</summary>
    private static Judgement Judged(string folder, string trial, Result result)
    {
        var report = LogDiagnosis.Diagnose(LogOpener.Open(Path.Combine(folder, "trials", trial, "recording"), new LogReadOptions())[0], RuleSet.Default)[0];
        return new Judgement(
            result.Skill, null, result.Loss, report.Facts.Run.Loss?.TypeName, report.Verdict, report.Primary?.Rule.Name, [.. report.Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => finding.Rule.Name).Distinct()]);
    }

    /// <summary>Returns what a program printed; null where it cannot be run, or failed.</summary>
    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _ = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What a program tells of how it came out.</summary>
    /// <param name="Share">How much of it ran, from 0 to 1.</param>
    /// <param name="Skill">What the model knows beyond a constant answer; null for one that was ended, or whose answers are not finite.</param>
    /// <param name="Loss">Its validation loss; null likewise.</param>
    private sealed record Result(double Share, double? Skill, double? Loss);
}

/// <summary>What became of a PyTorch program.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Before">The program as it is; null where it did not run.</param>
/// <param name="Attempt">What was made of it.</param>
internal sealed record PyTorchRecord(string Program, Judgement? Before, Attempt Attempt);
