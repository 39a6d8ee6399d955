using System.Globalization;
using System.Text;
using System.Text.Json;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The figures, as JSON and as Markdown.</summary>
internal sealed record RepairReport
{
    private static readonly JsonSerializerOptions Indented = new(WorkerProcesses.Json) { WriteIndented = true };

    private const double LeastRepaired = 0.95;
    private const double MostTrainings = 3;

    public required int Seeds { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<HalfScore> Halves { get; init; }

    public required IReadOnlyList<string> HarmedHealthy { get; init; }

    public required IReadOnlyDictionary<string, string> NotRepairable { get; init; }

    public required IReadOnlyList<RepairRecord> Runs { get; init; }

    public static RepairReport Of(IReadOnlyList<ScoredRepair> runs, int seeds, TimeSpan duration)
    {
        var tuning = runs.Where(run => TrainingCorpus.IsForTuning(run.Program)).ToList();
        var validation = runs.Where(run => !TrainingCorpus.IsForTuning(run.Program)).ToList();
        return new RepairReport
        {
            Seeds = seeds,
            Seconds = duration.TotalSeconds,
            Halves = [HalfScore.Of("tuning", tuning), HalfScore.Of("validation", validation), HalfScore.Of("both", runs)],
            HarmedHealthy =
            [
                .. runs.Where(run => run.IsHealthy && run.Record.Doctor is { After: { } after } && Judgement.IsWorse(run.Record.Before!, after))
                    .Select(run => FormattableString.Invariant($"{run.Program.Name}, seed {run.Record.Seed}")),
            ],
            NotRepairable = runs.Select(run => run.Program).Distinct().Where(program => Unrepairable.Reason(program) is not null).ToDictionary(program => program.Name, program => Unrepairable.Reason(program)!),
            Runs = [.. runs.Select(run => run.Record)],
        };
    }

    /// <summary>Returns what the validation half misses.</summary>
    public IEnumerable<string> Misses()
    {
        var half = Halves[1];
        if (!(half.Doctor.Repaired >= LeastRepaired))
        {
            yield return "repair rate";
        }

        if (!(half.Doctor.MeanCost <= MostTrainings))
        {
            yield return "trainings per repair";
        }

        if (HarmedHealthy.Count > 0)
        {
            yield return "healthy programs made worse";
        }

        if (half.AutoTrainer.Runs > 0 && !(half.Doctor.Repaired > half.AutoTrainer.Repaired && half.Doctor.CostPerRepair < half.AutoTrainer.CostPerRepair))
        {
            yield return "better than AUTOTRAINER's order";
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Repair

            Written by `dotnet run -c Release --project benchmarks/Repair -- --output docs`: {Runs.Select(run => run.Program).Distinct().Count()} programs of the corpus, {Seeds} seed(s) each, {Seconds:F0} s.

            `RemedyTrial` is given each program and nothing else: it trains it under the monitor, and tries the remedies of what was found. A run is *repaired* when the problem (the primary
            finding) is gone, no finding at error has come in its place, and the model is better: by one point of skill, or by 5 % of the validation loss at a skill not worse by more than that
            point. A fault that costs the model nothing (a skill of 0.9 as it is) asks for no gain, only for no loss. *Skill* is accuracy beyond the majority's share, or the coefficient of determination, on held-back samples (on the training samples where a program holds none back), measured
            after each training by the benchmark itself. *Trainings* counts epochs over the epochs of the whole program, the first training included. Halves, labels and which
            runs bear their label out: [accuracy-method](accuracy-method.md). Illnesses that are only info and
            runs whose held-back samples are all of one class do not count.

            AUTOTRAINER's order: its rules with their default constants, its training stopped at the first alarm and begun anew with the next of its repairs, until one ends without an alarm.

            """).AppendLine();
        foreach (var half in Halves)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {char.ToUpperInvariant(half.Half[0])}{half.Half[1..]}{(half.Half == "both" ? " halves" : " half")}").AppendLine();
            text.AppendLine("| repairer | ill runs | repaired | mean gain of skill | trainings per run | trainings per repair |").AppendLine("|---|---|---|---|---|---|");
            foreach (var score in new[] { half.Doctor, half.AutoTrainer }.Where(score => score.Runs > 0))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {score.Name} | {score.Runs} | {100 * score.Repaired:F1} % | {100 * score.MeanGain:+0.0;-0.0} points | {score.MeanCost:F2} | {score.CostPerRepair:F2} |");
            }

            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Healthy runs: {half.Healthy}; changed by a cure: {half.HealthyChanged}; made worse: {half.HealthyHarmed}.");
        }

        text.AppendLine().AppendLine("## Must reach (validation half)").AppendLine();
        string[] misses = [.. Misses()];
        text.AppendLine("Repaired ≥ 95 %, trainings per run ≤ 3, no healthy program made worse, better than AUTOTRAINER's order in both.").AppendLine();
        text.AppendLine(misses.Length == 0 ? "All reached." : $"Missed: {string.Join(", ", misses)}.");
        text.AppendLine().AppendLine("## Not repairable from outside").AppendLine().AppendLine("They run, and count for no repairer.").AppendLine().AppendLine("| program | reason |").AppendLine("|---|---|");
        foreach (var (program, reason) in NotRepairable)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {program} | {reason} |");
        }

        return text.ToString();
    }
}

/// <summary>The figures of one half of the corpus, or of all of it.</summary>
internal sealed record HalfScore(string Half, RepairScore Doctor, RepairScore AutoTrainer, int Healthy, int HealthyChanged, int HealthyHarmed)
{
    public static HalfScore Of(string half, IReadOnlyList<ScoredRepair> runs)
    {
        var healthy = runs.Where(run => run.IsHealthy).ToList();
        return new HalfScore(
            half,
            RepairScore.Of("Training Doctor", runs, record => record.Doctor),
            RepairScore.Of("AUTOTRAINER's order", runs, record => record.AutoTrainer),
            healthy.Count,
            healthy.Count(run => run.Record.Doctor?.After is not null),
            healthy.Count(run => run.Record.Doctor?.After is { } after && Judgement.IsWorse(run.Record.Before!, after)));
    }
}
