using TrainingDoctor.Benchmarks.Accuracy;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>What does not matter to a run must not matter to its diagnosis.</summary>
[Trait("Speed", "Slow")]
public sealed class SteadyVerdictTests
{
    /// <summary>Of logs at the border some verdicts change.</summary>
    private const double MostChanges = 0.05;

    [SharedFact]
    public void VerdictsOfLabelledLogsHoldUnderChangesThatChangeNothing()
    {
        var rules = RuleSet.Default;
        var logs = new[] { "logs", "logs2" }.Select(name => Path.Combine(Repository.Shared!, name)).Where(folder => File.Exists(Path.Combine(folder, "labels.json")))
            .SelectMany(LabelledLog.Read).Where(log => log.Runs.Count > 0).ToList();
        var verdicts = logs.Select(log => LogVerdict.Of(log, rules).IsClean).ToList();

        foreach (var (name, change) in Perturbations.All)
        {
            int changed = logs.Zip(verdicts).Count(pair => LogVerdict.Of(pair.First, rules, change).IsClean != pair.Second);
            Assert.True(changed <= MostChanges * logs.Count, $"{name}: {changed} of {logs.Count} verdicts changed");
        }
    }
}
