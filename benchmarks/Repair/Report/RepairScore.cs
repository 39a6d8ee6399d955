using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>A run beside the truth about its program.</summary>
internal sealed record ScoredRepair(CorpusProgram Program, RepairRecord Record)
{
    /// <summary>Gets a value indicating whether the run is ill: it ran, bears its label out, has a skill (held-back samples of one class have none), and was not merely a hint.</summary>
    public bool IsIll => Record is { Failure: null, Holds: true, Before.Skill: not double.NaN } && Program.Truth is { IsIll: true, CaughtAt: >= Severity.Warning };

    /// <summary>Gets a value indicating whether the run is ill and can be repaired from outside.</summary>
    public bool IsRepairable => IsIll && Unrepairable.Reason(Program) is null;

    public bool IsHealthy => Record is { Failure: null, Holds: true } && !Program.Truth.IsIll;
}

/// <summary>The figures of one repairer on one half of the corpus.</summary>
/// <param name="Name">The repairer.</param>
/// <param name="Runs">The ill runs that can be repaired.</param>
/// <param name="Repaired">The share that was.</param>
/// <param name="MeanGain">The skill gained, averaged over the repaired runs.</param>
/// <param name="MeanCost">The trainings spent, averaged over all its runs.</param>
/// <param name="CostPerRepair">All trainings spent over the number of repairs.</param>
/// <param name="ToTheDoctorsSkill">The trainings until the skill that the doctor came to, averaged over the runs that the doctor repaired; one that never came to it counts with the most it was given.</param>
internal sealed record RepairScore(string Name, int Runs, double Repaired, double MeanGain, double MeanCost, double CostPerRepair, double ToTheDoctorsSkill)
{
    /// <summary>Scores a repairer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="attempt">What it made of one; null where it was not asked.</param>
    /// <param name="isWithAll">Whether programs count that nothing reaches from outside.</param>
    public static RepairScore Of(string name, IReadOnlyList<ScoredRepair> runs, Func<RepairRecord, Attempt?> attempt, bool isWithAll = false)
    {
        var tried = runs.Where(run => isWithAll ? run.IsIll : run.IsRepairable).Select(run => (run.Record, Attempt: attempt(run.Record))).Where(item => item.Attempt is not null).ToList();
        var repaired = tried.Where(item => item.Attempt!.IsRepaired).ToList();
        double spent = tried.Sum(item => item.Attempt!.Cost);
        return new RepairScore(
            name,
            tried.Count,
            repaired.Count / (double)tried.Count,
            repaired.Select(item => Judgement.Gain(item.Record.Before!, item.Attempt!.After!)).DefaultIfEmpty(double.NaN).Average(),
            spent / tried.Count,
            spent / repaired.Count,
            tried.Where(item => item.Record.Doctor!.IsRepaired).Select(item => item.Attempt!.ToTheDoctorsSkill ?? (ReferenceEquals(item.Attempt, item.Record.Doctor) ? item.Attempt!.Cost : null)).OfType<double>().DefaultIfEmpty(double.NaN).Average());
    }
}
