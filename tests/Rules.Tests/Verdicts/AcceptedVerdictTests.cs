using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Families;
using TrainingDoctor.Tests.Laws;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>
/// What the whole catalogue says of runs between healthy and ill is written down, so that a change of a sign, a limit or a share anywhere is seen, and what it does is read before it goes in.
/// </summary>
public sealed class AcceptedVerdictTests
{
    private const int Wanderings = 80;
    private const int Draws = 2;
    private const int Models = 200;

    /// <summary>How far apart in the list of rules two illnesses are that are met in one run.</summary>
    private static readonly int[] Distances = [1, 7, 23, 41];

    private static readonly IReadOnlyList<CurveFamily> Families = [.. CurveFamilies.All, .. TaskFamilies.All, .. HealthyForumRuns.All, .. IllForumRuns.All, .. LaterForumRuns.All, .. HealthyFieldRuns.All, .. IllFieldRuns.All];

    private static readonly (string Name, Func<double, double> At)[] Losses =
    [
        ("falling", share => 0.2 + (2 * Math.Exp(-5 * share))),
        ("flat", _ => 2.1),
        ("giving back", share => share < 0.5 ? 2.2 - (3.6 * share) : 0.4 + (1.6 * (share - 0.5))),
    ];

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void RunsBetweenTheExamplesOfARuleAreJudgedAsAccepted(string ruleId)
    {
        var example = RuleExamples.All[ruleId];
        var rules = example.Normal is { } normal ? RuleSet.Default.WithNormal(normal) : RuleSet.Default;

        Accept(ruleId, Course.Of(example), course => (course.Name, VerdictLine.Of(rules, course.Run, course.Rows)));
    }

    [Fact]
    public void RunsOfAllKindsAreJudgedAsAccepted() => Accept(
        "families",
        from family in Families from seed in Enumerable.Range(7, Draws) select (Family: family, Seed: seed),
        drawn => (FormattableString.Invariant($"{drawn.Family.Name}, {drawn.Seed}"), VerdictLine.Of(
            RuleSet.Default,
            new RunDescription { Task = drawn.Family.Task, Log = new LogDescription { Format = drawn.Family.Format, LossIsAveraged = true } },
            drawn.Family.Draw(new Dice(drawn.Seed)).Rows)));

    [Fact]
    public void RunsWithTwoIllnessesAreJudgedAsAccepted()
    {
        RuleExample[] examples = [.. RuleExamples.All.Values.OrderBy(example => example.RuleId, StringComparer.Ordinal)];
        Accept(
            "pairs",
            from distance in Distances from at in Enumerable.Range(0, examples.Length) select Course.OfBoth(examples[at], examples[(at + distance) % examples.Length]),
            course => (course.Name, VerdictLine.Of(RuleSet.Default, course.Run, course.Rows)));
    }

    /// <summary>Models of all kinds in all circumstances, with a loss that falls.</summary>
    [Fact]
    public void ModelsOfAllKindsAreJudgedAsAccepted() => Accept(
        "models",
        Enumerable.Range(1, Models),
        seed => (FormattableString.Invariant($"model {seed}"), VerdictLine.Of(
            RuleSet.Default,
            Circumstances.Draw(new RunDescription { Model = RandomModel.Draw(new Random(seed), []) }, [], seed),
            Trace.Of(Metric.Loss, new Dice(seed).Scattered(60, share => 0.2 + (2 * Math.Exp(-5 * share)), 0.05)).Rows)));

    /// <summary>Learning rates of every shape and size, beside a loss that falls, one that does not, and one that gives back a part of its fall.</summary>
    [Fact]
    public void LearningRatesOfAllShapesAreJudgedAsAccepted() => Accept(
        "rates",
        from shape in RateShape.All from size in new[] { 1e-6, 1e-3, 0.1, 30 } from loss in Losses select (Shape: shape, Size: size, Loss: loss),
        run => (FormattableString.Invariant($"{run.Shape.Name}, {run.Size}, {run.Loss.Name}"), VerdictLine.Of(
            RuleSet.Default,
            new RunDescription(),
            Trace.Of(Metric.LearningRate, RateShape.Shares.Select(share => run.Size * run.Shape.At(share)))
                .And(Trace.Of(Metric.Loss, new Dice(3).Scattered(RateShape.Steps, run.Loss.At, 0.03))).Rows)));

    [Fact]
    public void RunsThatNobodyTrainedAreJudgedAsAccepted() => Accept(
        "wandering",
        Enumerable.Range(1, Wanderings),
        seed => (FormattableString.Invariant($"seed {seed}"), VerdictLine.Of(
            RuleSet.Default,
            new RunDescription(),
            RandomRun.Create(seed, ["0", "1"], 60).OrderBy(row => row.Step).Select(row => (row.Step, row.Metric, row.Kind, row.Scope, row.Value)))));

    private static void Accept<T>(string name, IEnumerable<T> runs, Func<T, (string Course, (string Line, string Whole) Verdict)> judge)
    {
        var verdicts = runs.AsParallel().AsOrdered().Select(judge).ToList();
        AcceptedLines.Check(name, [.. verdicts.Select(item => $"{item.Course}: {item.Verdict.Line}")], at => verdicts[at].Verdict.Whole);
    }
}
