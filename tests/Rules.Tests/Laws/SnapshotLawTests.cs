using CsCheck;
using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Families;
using TrainingDoctor.Tests.Snapshots;

namespace TrainingDoctor.Tests.Laws;

/// <summary>Every rule can be interrupted: written on its way and read again, it says what it would have said.</summary>
public sealed class SnapshotLawTests
{
    private static readonly IReadOnlyList<CurveFamily> Families = [.. CurveFamilies.All, .. TaskFamilies.All, .. HealthyForumRuns.All, .. IllForumRuns.All, .. LaterForumRuns.All, .. HealthyFieldRuns.All, .. IllFieldRuns.All];

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void AnInterruptedRunIsJudgedAsAWholeOne(string ruleId)
    {
        var example = RuleExamples.All[ruleId];
        var rules = example.Normal is { } normal ? RuleSet.Default.WithNormal(normal) : RuleSet.Default;

        ContinuedRun.Holds(RunEvents.Of(example.IllRun, example.Ill.Rows), rules);
        ContinuedRun.Holds(RunEvents.Of(example.HealthyRun, example.Healthy.Rows), rules, spread: 2);
    }

    /// <summary>Any kind of run, drawn with any seed, cut anywhere and as often as it comes. Slow, since there are hundreds of kinds.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void AnyRunMayBeInterruptedAnywhere() => Gen.Select(Gen.Int[0, Families.Count - 1], Gen.Int[1, 1000], Gen.Double[0, 1].Array[1, 4]).Sample(
        (kind, seed, shares) =>
        {
            var family = Families[kind];
            var run = new RunDescription { Task = family.Task, Log = new LogDescription { Format = family.Format, LossIsAveraged = true } };
            var events = RunEvents.Of(run, family.Draw(new Dice(seed)).Rows);
            ContinuedRun.Holds(events, RuleSet.Default, shares.Select(share => (int)(share * events.Count)).ToHashSet());
        },
        iter: 150,
        threads: 1);

    /// <summary>What is switched off, left out for some layers or of another severity stays so.</summary>
    [Fact]
    public void WhatWasConfiguredHoldsAfterwards()
    {
        var example = RuleExamples.All["TD2001"];
        var rules = new RuleSet([.. RuleSet.Default.Rules.Select((configured, index) => configured with
        {
            OffReason = index % 7 == 3 ? "not of interest" : null,
            Severity = index % 5 == 2 ? Severity.Info : null,
            Overrides = [new LayerOverride("0.*", OffReason: "frozen"), new LayerOverride("1.*", Severity: Severity.Error)],
        })]);

        ContinuedRun.Holds(RunEvents.Of(example.IllRun, example.Ill.Rows), rules);
    }

    /// <summary>A rule that threw is off, and the report says so with its words.</summary>
    [Fact]
    public void ARuleThatFailedStaysOff()
    {
        var example = RuleExamples.All["TD4001"];
        var rules = new RuleSet([.. RuleSet.Default.Rules, new ConfiguredRule(new FailingRule())]);

        ContinuedRun.Holds(RunEvents.Of(example.IllRun, example.Ill.Rows), rules, spread: 10);
    }

    private sealed class FailingRule() : Rule<FailingRule.NoOptions>(new NoOptions())
    {
        public override RuleDescriptor Descriptor { get; } = new()
        {
            Id = "TD4997",
            Name = "failing",
            Category = RuleCategory.Loss,
            Severity = Severity.Warning,
            Summary = $"A sample.",
            Explanation = $"A sample.",
            Why = $"A sample.",
            Inputs = [Metric.Loss],
            Granularity = ScopeKind.Run,
            Causes = [],
            Remedies = [],
            Sources = ["None"],
        };

        public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator();

        public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => throw new NotSupportedException();

        internal sealed class NoOptions;

        private sealed class Evaluator : RuleEvaluator
        {
            private int _seen;

            public override void Observe(in Measurement measurement)
            {
                if (++_seen == 5)
                {
                    throw new ArgumentOutOfRangeException(nameof(measurement), _seen, "A fault of the rule.");
                }
            }
        }
    }
}
