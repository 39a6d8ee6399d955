using System.Diagnostics;
using TrainingDoctor.Benchmarks.Accuracy;
using TrainingDoctor.Corpus;
using TrainingDoctor.Rules.Evaluation;

var options = AccuracyOptions.Parse(args);
if (options.Part is not null)
{
    AccuracyRuns.Work(options);
    return 0;
}

if (options.Reading.Count > 0)
{
    return new ReadingScorer(Console.Out).Run(options.Reading) ? 0 : 1;
}

if (options.Study.Count > 0)
{
    var study = new LogStudy([.. options.Study.SelectMany(LabelledLog.Read)]);
    if (options.Details)
    {
        study.WriteWrong(Console.Out);
        return 0;
    }

    string written = study.ToMarkdown();
    Console.WriteLine(written);
    if (options.Output is { } into)
    {
        File.WriteAllText(Path.Combine(into, "accuracy-logs.md"), written);
    }

    return 0;
}

if (options.Families)
{
    if (options.Details)
    {
        FamilyStudy.WriteWrong(Console.Out);
    }

    string simulated = FamilyStudy.ToMarkdown();
    Console.WriteLine(simulated);
    if (options.Output is { } place)
    {
        File.WriteAllText(Path.Combine(place, "accuracy-curves.md"), simulated);
    }

    return 0;
}

long started = Stopwatch.GetTimestamp();
var programs = TrainingCorpus.All.ToDictionary(program => program.Name);
IReadOnlyList<ScoredRun> runs = options.LogsOnly ? [] : [.. AccuracyRuns.Collect(options).Select(record => new ScoredRun(programs[record.Program], record))];
foreach (var run in runs.Where(run => run.Record.Failure is not null))
{
    Console.Error.WriteLine($"{run.Program.Name} with seed {run.Record.Seed} failed: {run.Record.Failure}");
}

var logs = LogScorer.Run(options.Logs);
if (logs is null)
{
    Console.Error.WriteLine("There are no labelled logs here (--logs DIR): they are left out.");
}

var report = AccuracyReport.Of(runs, options.Seeds, logs, Stopwatch.GetElapsedTime(started));
if (options.Details)
{
    RunDetails.Write(runs, Console.Out);
    foreach (string line in logs?.Wrong ?? [])
    {
        Console.WriteLine(line);
    }
}

Console.WriteLine(report.ToMarkdown());
if (options.Output is { } folder)
{
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, "accuracy.json"), report.ToJson() + "\n");
    File.WriteAllText(Path.Combine(folder, "accuracy.md"), report.ToMarkdown());
}

var misses = report.Misses();
foreach (string miss in misses)
{
    Console.WriteLine($"missed: {miss}");
}

return options.Check && misses.Count > 0 ? 1 : runs.Any(run => run.Record.Failure is not null) ? 3 : 0;
