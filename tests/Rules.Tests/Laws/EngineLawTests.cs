
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Laws;

/// <summary>The laws of the architecture that hold for whatever the rules measure.</summary>
public sealed class EngineLawTests
{
    private const int Steps = 150;

    [Trait("Speed", "Slow")]
    [Fact]
    public void Law3_OrderWithinAStepChangesNoFinding() => RandomRun.Sample(
        seed =>
        {
            var rows = RandomRun.Create(seed, ["first", "second", "third"], Steps);
            var shuffled = rows.ToArray();
            new Random(seed).Shuffle(shuffled); // Diagnose sorts by step and keeps the order within

            Assert.Equal(Describe(RandomRun.Diagnose(RuleSet.Default, rows)), Describe(RandomRun.Diagnose(RuleSet.Default, shuffled)));
        },
        iter: 40);

    [Fact]
    public void Law3_AnotherLayerChangesNoFindingOfALayerRule() => RandomRun.Sample(
        seed =>
        {
            var rules = RuleSet.Of(RuleCatalog.CreateDefault().Where(rule => rule.Descriptor.Granularity is ScopeKind.Layer or ScopeKind.Parameter));
            var first = RandomRun.Create(seed, ["first"], Steps);
            var second = RandomRun.Create(seed + 1, ["second"], Steps).Where(row => row.Kind != ScopeKind.Run);

            return LayersByRule(RandomRun.Diagnose(rules, first), "first") == LayersByRule(RandomRun.Diagnose(rules, [.. second, .. first]), "first");
        },
        iter: 20);

    [Fact]
    public void Law4_WhatOpenedIsStillThereAtTheEnd() => RandomRun.Sample(
        seed =>
        {
            var opened = new List<string>();
            var diagnosis = RandomRun.Diagnose(RuleSet.Default, RandomRun.Create(seed, ["first", "second"], Steps), finding => opened.Add(finding.Id + finding.Rule.Id));
            var final = diagnosis.Findings.Select(finding => finding.Id + finding.Rule.Id).ToHashSet();

            return opened.TrueForAll(final.Contains);
        },
        iter: 20);

    [Fact]
    public void Law6_ARuleThatThrowsOnStrangeValuesWouldSaySo() => RandomRun.Sample(
        seed =>
        {
            var diagnosis = RandomRun.Diagnose(RuleSet.Default, RandomRun.Create(seed, ["first", "second"], Steps));
            var faults = diagnosis.Findings.Where(finding => finding.Rule.Id == "TD0001").Select(finding => finding.Message.ToString()).ToList();
            Assert.Empty(faults);
        },
        iter: 20);

    [Fact]
    public void Law7_WhatWasNotMeasuredIsNotEvaluated()
    {
        var diagnosis = RandomRun.Diagnose(RuleSet.Default, []);

        Assert.All(diagnosis.Rules, status => Assert.True(status.Outcome == RuleOutcome.NotEvaluated && status.Reason is not null, $"{status.Rule.Name}: {status.Outcome}"));
    }

    [Fact]
    public void Law8_NamesOfLayersDoNotMatter() => RandomRun.Sample(
        seed =>
        {
            var plain = RandomRun.Create(seed, ["a", "b"], Steps);
            var renamed = RandomRun.Create(seed, ["model.encoder.a", "model.encoder.b"], Steps);

            return Rules(RandomRun.Diagnose(RuleSet.Default, plain)) == Rules(RandomRun.Diagnose(RuleSet.Default, renamed));
        },
        iter: 20);

    [Fact]
    public void LikelihoodsAreAtMostOneTogetherAndFindingsAreComplete() => RandomRun.Sample(
        seed =>
        {
            var findings = RandomRun.Diagnose(RuleSet.Default, RandomRun.Create(seed, ["first", "second"], Steps)).Findings;
            foreach (var finding in findings)
            {
                var following = findings.Where(other => other.ConsequenceOf == finding.Id).Select(other => other.Severity).ToList();
                Assert.True(finding.Causes.Sum(cause => cause.Likelihood) <= 1.0001, finding.Rule.Id);
                Assert.All(finding.Causes, cause => Assert.True(finding.Rule.Causes.Contains(cause.Cause), $"{finding.Rule.Id} names {cause.Cause}, which its descriptor does not"));
                Assert.NotEmpty(finding.Remedies);
                Assert.InRange(finding.Confidence, 0, 1);

                // A root is at least as severe as what follows from it, and otherwise no more than its rule promises.
                Assert.True(following.TrueForAll(severity => severity <= finding.Severity), finding.Rule.Id);
                Assert.True(finding.Severity <= finding.Rule.Severity || following.Contains(finding.Severity), finding.Rule.Id);
            }
        },
        iter: 20);

    private static string Describe(RunDiagnosis diagnosis) => string.Join('\n', diagnosis.Findings
        .OrderBy(finding => finding.Rule.Id, StringComparer.Ordinal)
        .ThenBy(finding => finding.Title.ToString(), StringComparer.Ordinal)
        .Select(finding => $"{finding.Rule.Id} {finding.Severity} {finding.FirstStep} {finding.LastStep} {finding.Message} {string.Join(',', finding.Layers)}"));

    private static string Rules(RunDiagnosis diagnosis) => string.Join(' ', diagnosis.Findings.Select(finding => $"{finding.Rule.Id}{finding.Severity}").Order(StringComparer.Ordinal));

    private static string LayersByRule(RunDiagnosis diagnosis, string layer) => string.Join(' ', diagnosis.Findings
        .Where(finding => finding.Layers.Any(name => name.StartsWith(layer, StringComparison.Ordinal)))
        .Select(finding => finding.Rule.Id)
        .Order(StringComparer.Ordinal));
}
