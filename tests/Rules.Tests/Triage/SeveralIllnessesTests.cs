using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Runs in which several rules' examples are measured at once: one of them is the root, and those that follow from it say so, in a run of the whole catalogue.</summary>
public sealed class SeveralIllnessesTests
{
    /// <summary>The root comes first whatever order the examples are put together in.</summary>
    [Theory]
    [InlineData("TD1002 TD3001 TD4002", "TD1002")]
    [InlineData("TD3001 TD2004 TD4005", "TD3001")]
    [InlineData("TD1001 TD4001 TD5004", "TD1001")]
    [InlineData("TD5001 TD5005 TD3006", "TD5001")]
    [InlineData("TD6001 TD6004 TD6005", "TD6001")]
    [InlineData("TD9003 TD9002", "TD9003")]
    [InlineData("TD7004 TD3002 TD5002", "TD7004")]
    [InlineData("TD1005 TD3002 TD5002", "TD1005")]
    [InlineData("TD3002 TD2001 TD4002", "TD3002")]
    [InlineData("TD8502 TD8501", "TD8502")]
    public void TheRootOfSeveralIsFirst(string rules, string root)
    {
        string[] ids = rules.Split(' ');
        var one = Diagnose(ids);
        var other = Diagnose([.. ids.Reverse()]);

        Assert.Equal(root, one.Primary?.Rule.Id);
        Assert.Equal(one.Primary, one.Findings[0]);
        Assert.Equal(one.Findings.Select(finding => (finding.Rule.Id, finding.Severity)).Distinct().Order(), other.Findings.Select(finding => (finding.Rule.Id, finding.Severity)).Distinct().Order());
        Assert.All(ids, id => Assert.Contains(one.Findings, finding => finding.Rule.Id == id));
        Assert.All(one.Findings.Where(finding => finding.ConsequenceOf is not null), finding => Assert.Contains(one.Findings, cause => cause.Id == finding.ConsequenceOf && cause.Severity >= finding.Severity));
    }

    private static RunDiagnosis Diagnose(string[] ids)
    {
        var examples = ids.Select(id => RuleExamples.All[id]).ToList();
        var trace = examples.Aggregate(new Trace(), (all, example) => all.And(example.Ill));
        var run = examples.Select(example => example.IllRun).FirstOrDefault(known => known.Model is not null || known.Task is not null) ?? examples[0].IllRun;
        return RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, run);
    }
}
