using TrainingDoctor.Corpus;

namespace TrainingDoctor.Tests.Corpus;

/// <summary>Every rule has a live ill program that is meant to trigger it; that one does, and its repaired twin does not, is what <c>benchmarks/Accuracy -- --check</c> demands, which trains them all anyway.</summary>
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
        ["TD8501"] = "a training of minutes: traces",
        ["TD8502"] = "a training of minutes: traces, and the soak benchmark",
        ["TD8503"] = "a training of minutes: traces",
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
        ["TD8521"] = "what good runs do must have been learnt: NormalProfileTests",
    };

    [Fact]
    public void EveryRuleIsExpectedOfSomeProgram()
    {
        var expected = TrainingCorpus.All.Where(program => program.Truth.IsIll).SelectMany(program => program.Truth.Expected).ToHashSet();

        Assert.Empty(RuleCatalog.All.Select(entry => entry.Descriptor).Where(rule => !NotLive.ContainsKey(rule.Id) && !expected.Contains(rule.Name)).Select(rule => rule.Name));
    }
}
