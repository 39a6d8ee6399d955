using TrainingDoctor.Corpus;

namespace TrainingDoctor.Tests.Corpus;

/// <summary>Every rule has a live ill program that triggers it, and a sound neighbour of that program that does not.</summary>
[Trait("Speed", "Slow")]
public sealed class CatalogueCoverageTests
{
    /// <summary>Rules of a log, of a preflight, of the engine itself, or of several ranks: no single training program can trigger them; traces in other tests do.</summary>
    private static readonly Dictionary<string, string> NotLive = new()
    {
        ["TD0001"] = "a rule must throw: RuleEngineTests",
        ["TD0003"] = "a log must be damaged: tests of the readers",
        ["TD4009"] = "a log must hide NaN behind zeros, as Hugging Face's does: traces",
        ["TD7016"] = "a preflight's exchange of samples: PreflightTests",
        ["TD7017"] = "a preflight's exchange of later tokens: PreflightTests",
        ["TD7018"] = "a preflight's learning by heart: PreflightTests",
        ["TD7019"] = "a preflight's look at parts: PreflightTests",
        ["TD9001"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9002"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9003"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9004"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9005"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9006"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9007"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9008"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9009"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9010"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9011"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9012"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9013"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9014"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9015"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD9016"] = "numbers that a trainer of its kind tells, no classifier: TaskFamilies",
        ["TD8001"] = "several ranks: traces",
        ["TD8002"] = "several ranks: traces",
    };

    static CatalogueCoverageTests() => TorchSharp.torch.set_num_threads(1);

    public static TheoryData<string> LiveRules => [.. RuleCatalog.All.Select(entry => entry.Descriptor).Where(rule => !NotLive.ContainsKey(rule.Id)).Select(rule => rule.Name)];

    [Fact]
    public void EveryRuleIsExpectedOfSomeProgram()
    {
        var expected = TrainingCorpus.All.Where(program => program.Truth.IsIll).SelectMany(program => program.Truth.Expected).ToHashSet();

        Assert.Empty(RuleCatalog.All.Select(entry => entry.Descriptor).Where(rule => !NotLive.ContainsKey(rule.Id) && !expected.Contains(rule.Name)).Select(rule => rule.Name));
    }

    [Theory]
    [MemberData(nameof(LiveRules))]
    public void AnIllProgramTriggersTheRuleAndItsSoundTwinDoesNot(string rule)
    {
        var tried = new List<string>();
        foreach (var ill in TrainingCorpus.All
            .Where(program => program.Truth.IsIll && !program.IsContested && program.Truth.Expected.Contains(rule))
            .OrderBy(program => program.Truth.Expected.Count)
            .ThenBy(program => !program.Name.StartsWith("ill-", StringComparison.Ordinal))
            .Take(12))
        {
            tried.Add(ill.Name);
            if (Severity(ill, rule) >= ill.Truth.CaughtAt)
            {
                var twin = SoundTwin(ill);
                Assert.True(!(Severity(twin, rule) >= ill.Truth.CaughtAt), $"{twin.Name}, the sound twin of {ill.Name}, has {rule} too");
                return;
            }
        }

        Assert.Fail($"none of {string.Join(", ", tried)} triggers {rule}");
    }

    /// <summary>The cured twin where there is one, else the sound program that shares most parts.</summary>
    private static CorpusProgram SoundTwin(CorpusProgram ill)
    {
        var sound = TrainingCorpus.All.Where(program => !program.Truth.IsIll && !program.IsContested).ToList();
        return sound.Find(program => program.Name.StartsWith(ill.Name + "/", StringComparison.Ordinal))
            ?? sound.OrderByDescending(program => SharedParts(program, ill)).ThenBy(program => program.Name, StringComparer.Ordinal).First();
    }

    private static int SharedParts(CorpusProgram one, CorpusProgram other) =>
        (one.Data == other.Data ? 4 : 0) + (one.Model == other.Model ? 3 : 0) + (one.Loss == other.Loss ? 2 : 0) + (one.Optimizer == other.Optimizer ? 2 : 0) + (one.Task == other.Task ? 1 : 0);

    /// <summary>The severity that a rule ends with; null when it found nothing.</summary>
    private static Severity? Severity(CorpusProgram program, string rule)
    {
        using var observer = new MonitoringObserver(options => options.Task = program.TellsTask ? options.Task : null);
        CorpusRunner.Run(program, 1, observer);
        return observer.Report!.Diagnosis.Findings.Where(finding => finding.Rule.Name == rule).Select(finding => (Severity?)finding.Severity).Max();
    }
}
