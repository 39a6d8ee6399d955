using System.Globalization;
using System.Text;
using System.Text.Json;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The figures, as JSON and as Markdown.</summary>
internal sealed record RepairReport
{
    private static readonly JsonSerializerOptions Indented = new(WorkerPool.Json) { WriteIndented = true };

    private const double LeastRepaired = 0.95;
    private const double MostTrainings = 3;
    private const double LeastRepairedForeign = 0.85;
    private const double MostTrainingsForeign = 4;
    private const double LeastRepairedPlain = 0.6;
    private const int TimesFewer = 3;

    public required int Seeds { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Gets the command lines that measured it.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    public required IReadOnlyList<HalfScore> Halves { get; init; }

    public required IReadOnlyList<string> HarmedHealthy { get; init; }

    public required IReadOnlyDictionary<string, string> NotRepairable { get; init; }

    /// <summary>Gets the programs that are said not to be repairable and were repaired.</summary>
    public required IReadOnlyList<string> WronglyExcluded { get; init; }

    public required IReadOnlyList<RepairRecord> Runs { get; init; }

    /// <summary>Gets what became of the PyTorch programs.</summary>
    public required IReadOnlyList<PyTorchRecord> PyTorch { get; init; }

    public static RepairReport Of(IReadOnlyList<ScoredRepair> runs, IReadOnlyList<PyTorchRecord> pytorch, int seeds, TimeSpan duration)
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
            WronglyExcluded = [.. runs.Where(run => run is { IsIll: true, IsRepairable: false } && (run.Record.Doctor?.IsRepaired == true || run.Record.Foreign?.IsRepaired == true)).Select(run => run.Program.Name).Distinct()],
            Runs = [.. runs.Select(run => run.Record)],
            PyTorch = pytorch,
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

        if (WronglyExcluded.Count > 0)
        {
            yield return "programs that stand wrongly among those that nothing reaches";
        }

        if (HarmedHealthy.Count > 0)
        {
            yield return "healthy programs made worse";
        }

        if (half.AutoTrainer.Runs > 0 && !(half.Doctor.Repaired > half.AutoTrainer.Repaired && half.Doctor.CostPerRepair < half.AutoTrainer.CostPerRepair))
        {
            yield return "better than AUTOTRAINER's order";
        }

        foreach (var search in new[] { half.Random, half.Parzen }.Where(search => search.Runs > 0 && !(search.ToTheDoctorsSkill >= TimesFewer * half.DoctorOfSearches.ToTheDoctorsSkill)))
        {
            yield return $"{TimesFewer} times fewer trainings than {search.Name} to the same skill";
        }

        if (half.Foreign.Runs > 0)
        {
            foreach (string miss in ForeignMisses(half))
            {
                yield return miss;
            }
        }
    }

    private static IEnumerable<string> ForeignMisses(HalfScore half)
    {
        if (!(half.Foreign.Repaired >= LeastRepairedForeign))
        {
            yield return "repair rate as processes through the monitor";
        }

        if (!(half.Foreign.CostPerRepair <= MostTrainingsForeign))
        {
            yield return "trainings per repair as processes through the monitor";
        }

        if (half.OfFlags.Runs > 0 && !(half.OfFlags.Repaired >= LeastRepairedPlain))
        {
            yield return "repair rate through flags and a CSV, of faults that a flag can cure";
        }

        if (half.ForeignHealthyChanged + half.PlainHealthyChanged > 0)
        {
            yield return "healthy programs changed as processes";
        }
    }

    /// <summary>Returns it as JSON. What processes printed is of use to whoever measures, and far longer than all that is measured.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        this with
        {
            Runs = [.. Runs.Select(run => run with { Foreign = Silent(run.Foreign), Plain = Silent(run.Plain) })],
            PyTorch = [.. PyTorch.Select(record => record with { Attempt = Silent(record.Attempt)! })],
        },
        Indented);

    private static Attempt? Silent(Attempt? attempt) => attempt is null ? null : attempt with { Note = null };

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Repair

            Measured by `dotnet run -c Release --project benchmarks/Repair` with {string.Join(", ", Commands.Select(command => $"`{command}`"))}{(Commands.Count > 1 ? " (parts that `--with` puts together; `--limit` draws evenly over the faults)" : string.Empty)}: {Runs.Select(run => run.Program).Distinct().Count()} programs of the corpus, {Seeds} seed(s) each, {Seconds:F0} s.

            `RemedyTrial` is given each program and nothing else: it trains it under the monitor, and tries the remedies of what was found. A run is *repaired* when the problem (the primary
            finding) is gone, no finding at error has come in its place, and the model is better: by one point of skill, or by 5 % of the validation loss at a skill not worse by more than that
            point and above its floor of -1. A fault that costs the model nothing (a skill of 0.9 as it is) asks for no gain, only for no loss. *Skill* is accuracy beyond the majority's share, or the coefficient of determination, on held-back samples (on the training samples where a program holds none back), measured
            after each training by the benchmark itself. *Trainings* counts epochs over the epochs of the whole program, the first training included. Halves, labels and which
            runs bear their label out: [accuracy-method](accuracy-method.md). Illnesses that are only info and
            runs whose held-back samples are all of one class do not count.

            AUTOTRAINER's order: its rules with their default constants, its training stopped at the first alarm and begun anew with the next of its repairs, until one ends without an alarm.

            Random search and TPE: six trainings, the first as the program is, over the knobs that remedies turn (learning rate from 1e-5 to 1, optimizer, batch size, clipping, weight decay, activation, initialisation, normalisation, dropout,
            scaled inputs, shuffling); the best by its validation is kept. TPE (Bergstra et al. 2011) is Optuna's: densities of the best tenth and of the rest for each knob, 24 candidates, the largest l/g; the first 4 settings are drawn by chance
            (Optuna: 10, more than there are). `cure -- COMMAND`: every program as a process of its own, cured by the command line with its defaults; through the monitor (`TRAINDOCTOR_TRIAL`), or as a plain program that takes flags and writes a CSV. *Faults that a flag can cure* are those that the doctor repaired
            in process with nothing but settings that the flags cover. *To the doctor's skill*: trainings until one is as skilled as the doctor's (less a point), over the runs that the doctor repaired; 18 for one that never is.

            """).AppendLine();
        foreach (var half in Halves.Where(half => half.Doctor.Runs + half.Healthy > 0).DistinctBy(half => (half.Doctor.Runs, half.Healthy)))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {char.ToUpperInvariant(half.Half[0])}{half.Half[1..]}{(half.Half == "both" ? " halves" : " half")}").AppendLine();
            text.AppendLine("| repairer | ill runs | repaired | mean gain of skill | trainings per run | trainings per repair | trainings to the doctor's skill |").AppendLine("|---|---|---|---|---|---|---|");
            foreach (var score in new[] { half.Doctor, half.DoctorOfAll, half.Foreign, half.ForeignOfAll, half.Plain, half.OfFlags, half.AutoTrainer, half.Random, half.Parzen }
                .Where(score => score.Runs > 0 && !(score == half.ForeignOfAll && score.Runs == half.Foreign.Runs)))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {score.Name} | {score.Runs} | {100 * score.Repaired:F1} % | {Told(100 * score.MeanGain, "+0.0 points;-0.0 points")} | {score.MeanCost:F2} | {Told(score.CostPerRepair, "F2")} | {Told(score.ToTheDoctorsSkill, "F2")} |");
            }

            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Healthy runs: {half.Healthy}; changed by a cure: {half.HealthyChanged}; made worse: {half.HealthyHarmed}.{(half.Foreign.Runs == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" As processes: changed through the monitor: {half.ForeignHealthyChanged}; through flags: {half.PlainHealthyChanged}."))}");
        }

        text.AppendLine().AppendLine("## Trainings to the doctor's skill (validation half)").AppendLine();
        foreach (var search in new[] { Halves[1].Random, Halves[1].Parzen }.Where(search => search.Runs > 0 && !double.IsNaN(search.ToTheDoctorsSkill)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {search.Name}, {search.Runs} runs: {search.ToTheDoctorsSkill:F1} trainings, {search.ToTheDoctorsSkill / Halves[1].DoctorOfSearches.ToTheDoctorsSkill:F1} times as many as the doctor took in process for the same runs{(Halves[1].ForeignOfSearches.Runs > 0 ? string.Create(CultureInfo.InvariantCulture, $", {search.ToTheDoctorsSkill / Halves[1].ForeignOfSearches.MeanCost:F1} times as many as `cure -- COMMAND` through the monitor took for those of them that it was given") : string.Empty)}");
        }

        text.AppendLine().AppendLine("## Must reach (validation half)").AppendLine();
        string[] misses = [.. Misses()];
        text.AppendLine("Repaired ≥ 95 %, trainings per run ≤ 3, no healthy program made worse, better than AUTOTRAINER's order in both, at least 3 times fewer trainings than random search or TPE to the same skill. As processes: repaired ≥ 85 % through the monitor at ≤ 4 trainings per repair, ≥ 60 % of faults that a flag can cure through flags and a CSV, no healthy program changed.").AppendLine();
        text.AppendLine(misses.Length == 0 ? "All reached." : $"Missed: {string.Join(", ", misses)}.");
        if (PyTorch.Count > 0)
        {
            AppendPyTorch(text);
        }

        text.AppendLine().AppendLine("## Not repairable from outside").AppendLine();
        text.AppendLine("They run, every prescribed remedy is tried on them too, and they count for no repairer but in the rows that say so. One stands here only as long as no trial repairs it.").AppendLine();
        text.AppendLine(WronglyExcluded.Count == 0 ? "Repaired after all: none." : $"Repaired after all, so that they stand here wrongly: {string.Join(", ", WronglyExcluded)}.");
        text.AppendLine().AppendLine("| reason | programs |").AppendLine("|---|---|");
        foreach (var reason in NotRepairable.GroupBy(item => item.Value, item => item.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {reason.Key} | {string.Join(", ", reason.Order(StringComparer.Ordinal))} |");
        }

        return text.ToString();
    }

    /// <summary>Writes a number that may not be known.</summary>
    private static string Told(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";

    private void AppendPyTorch(StringBuilder text)
    {
        text.AppendLine().AppendLine("## PyTorch programs through the recorder").AppendLine();
        text.AppendLine("One program of each fault of `tests/Corpus/Python` and `benchmarks/Repair/Foreign/PyTorch` that is not among those that nothing reaches, drawn by chance, as a process of its own with the recorder in it, cured by `traindoctor cure -- python3 run.py NAME`; judged as the others.").AppendLine();
        text.AppendLine("| program | root finding | skill before | skill after | trainings | repaired | kept |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var (program, before, attempt) in PyTorch)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {program} | {before?.Primary ?? "none"} | {Skill(before)} | {Skill(attempt.After)} | {attempt.Cost:F2} | {(attempt.IsRepaired ? "yes" : before?.Primary is null ? "–" : "no")} | {attempt.Repair ?? "as it is"} |");
        }

        var ill = PyTorch.Where(item => item.Before?.Primary is not null).ToList();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Repaired: {ill.Count(item => item.Attempt.IsRepaired)} of {ill.Count}, at {ill.Sum(item => item.Attempt.Cost) / ill.Count(item => item.Attempt.IsRepaired):F2} trainings per repair; of {PyTorch.Count - ill.Count} without a finding {PyTorch.Count(item => item.Before?.Primary is null && item.Attempt.After is not null)} changed.");
    }

    private static string Skill(Judgement? judgement) => judgement is null ? "–" : judgement.Skill is { } skill ? skill.ToString("F2", CultureInfo.InvariantCulture) : "not finite";
}

/// <summary>The figures of one half of the corpus, or of all of it.</summary>
internal sealed record HalfScore(string Half, RepairScore Doctor, RepairScore DoctorOfAll, RepairScore Foreign, RepairScore ForeignOfAll, RepairScore Plain, RepairScore OfFlags, RepairScore AutoTrainer, RepairScore Random, RepairScore Parzen, RepairScore DoctorOfSearches, RepairScore ForeignOfSearches, int Healthy, int HealthyChanged, int HealthyHarmed, int ForeignHealthyChanged, int PlainHealthyChanged)
{
    public static HalfScore Of(string half, IReadOnlyList<ScoredRepair> runs)
    {
        var healthy = runs.Where(run => run.IsHealthy).ToList();
        return new HalfScore(
            half,
            RepairScore.Of("Training Doctor", runs, record => record.Doctor),
            RepairScore.Of("the same, with programs that nothing reaches from outside", runs, record => record.Doctor, isWithAll: true),
            RepairScore.Of("`cure -- COMMAND` through the monitor", runs, record => record.Foreign),
            RepairScore.Of("the same, with programs that nothing reaches from outside", runs, record => record.Foreign, isWithAll: true),
            RepairScore.Of("`cure -- COMMAND` through flags and a CSV", runs, record => record.Plain),
            RepairScore.Of("the same, of faults that a flag can cure", [.. runs.Where(run => run.Record.Doctor?.IsOfFlags == true)], record => record.Plain),
            RepairScore.Of("AUTOTRAINER's order", runs, record => record.AutoTrainer),
            RepairScore.Of("random search", runs, record => record.Random),
            RepairScore.Of("TPE", runs, record => record.Parzen),
            RepairScore.Of("Training Doctor", runs, record => record.Random is null ? null : record.Doctor),
            RepairScore.Of("`cure -- COMMAND` through the monitor", runs, record => record.Random is null ? null : record.Foreign),
            healthy.Count,
            healthy.Count(run => run.Record.Doctor?.After is not null),
            healthy.Count(run => run.Record.Doctor?.After is { } after && Judgement.IsWorse(run.Record.Before!, after)),
            healthy.Count(run => run.Record.Foreign?.After is not null),
            healthy.Count(run => run.Record.Plain?.After is not null));
    }
}
