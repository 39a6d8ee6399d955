using System.Diagnostics;
using TrainingDoctor.Benchmarks.Repair;
using TrainingDoctor.Corpus;

if (args is [ForeignProgram.Verb, ..])
{
    return ForeignProgram.Run(args[1..]);
}

var options = RepairOptions.Parse(args);
if (options.Part is not null)
{
    RepairRuns.Work(options);
    return 0;
}

long started = Stopwatch.GetTimestamp();
var programs = TrainingCorpus.All.ToDictionary(program => program.Name);
var earlier = EarlierRuns.Read(options.Earlier);
IReadOnlyList<RepairRecord> measured = options.Filter == RepairOptions.None ? [] : RepairRuns.Collect(options);
IReadOnlyList<ScoredRepair> runs = [.. EarlierRuns.Together([measured, .. earlier.Select(report => report.Runs)]).Select(record => new ScoredRepair(programs[record.Program], record))];
foreach (var run in runs.Where(run => run.Record.Failure is not null))
{
    Console.Error.WriteLine($"{run.Program.Name} with seed {run.Record.Seed} failed: {run.Record.Failure}");
}

if (options.Details)
{
    foreach (var (program, record) in runs.Where(run => run.IsRepairable && !run.Record.Doctor!.IsRepaired))
    {
        Console.WriteLine(FormattableString.Invariant($"{(TrainingCorpus.IsForTuning(program) ? "T" : "V")} {program.Name}.{record.Seed}: {record.Before!.Verdict} primary={record.Before.Primary} [{string.Join(",", record.Before.Rules)}] skill {record.Before.Skill:F3} loss {record.Before.Loss:G3}"));
        Console.WriteLine(FormattableString.Invariant($"    winner={record.Doctor!.Repair} cost {record.Doctor.Cost:F1} after skill {record.Doctor.After?.Skill:F3} loss {record.Doctor.After?.Loss:G3} [{string.Join(",", record.Doctor.After?.Rules ?? [])}]"));
        Console.WriteLine($"    tried: {record.Doctor.Note}");
    }

    foreach (var (program, record) in runs.Where(run => run.IsRepairable))
    {
        foreach (var (name, attempt) in new[] { ("monitor", record.Foreign), ("flags", record.Plain) }.Where(item => item.Item2 is { IsRepaired: false }))
        {
            Console.WriteLine(FormattableString.Invariant($"{program.Name}.{record.Seed} through {name}: not repaired at {attempt!.Cost:F1} trainings, kept {attempt.Repair ?? "nothing"}, skill {record.Before!.Skill:F3} -> {attempt.After?.Skill:F3}"));
            Console.WriteLine($"    {string.Join("\n    ", (attempt.Note ?? string.Empty).Split('\n').TakeLast(25))}");
        }
    }
}

IReadOnlyList<PyTorchRecord> pytorch = [.. options.PyTorch ? PyTorchRepair.Run(options) : [], .. earlier.SelectMany(report => report.PyTorch)];
foreach (var (program, before, attempt) in pytorch.Where(item => options.Details && !item.Attempt.IsRepaired))
{
    Console.WriteLine($"{program}: not repaired, [{string.Join(", ", before?.Rules ?? [])}]");
    Console.WriteLine($"    {string.Join("\n    ", (attempt.Note ?? "took longer than ten minutes").Split('\n').TakeLast(25))}");
}

var own = RepairReport.Of(runs, pytorch, options.Seeds, Stopwatch.GetElapsedTime(started));
var report = own with { Commands = [.. earlier.SelectMany(part => part.Commands), .. options.Told(args)], Seconds = own.Seconds + earlier.Sum(part => part.Seconds) };
Console.WriteLine(report.ToMarkdown());
if (options.Output is { } folder)
{
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, "repair.json"), report.ToJson() + "\n");
    File.WriteAllText(Path.Combine(folder, "repair.md"), report.ToMarkdown());
}

return options.Check && report.Misses().Any() ? 1 : runs.Any(run => run.Record.Failure is not null) ? 3 : 0;
