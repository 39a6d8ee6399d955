using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Laws;

namespace TrainingDoctor.Tests.Triage;

/// <summary>A run has one prescription: one learning rate, repeated by all, and nothing that undoes what stands nearer to the root.</summary>
public sealed class PrescriptionTests
{
    private static readonly RunFacts Facts = Run(0.01);

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void TheRateOfTheRootIsRepeatedByAll()
    {
        var root = Finding("F1", [Cause.LearningRateTooHigh], LearningRateRemedies.Lower(Facts, 0.001));
        var second = Finding("F2", [Cause.LearningRateTooHigh], ActivationRemedies.Gelu(["relu"]), LearningRateRemedies.Lower(Facts, 0.1));
        var third = Finding("F3", [Cause.LearningRateTooLow], LearningRateRemedies.Raise(Facts, 10));

        var agreed = Prescription.Agree([root, second, third], Facts);

        Assert.Equal([1e-5], Rates(agreed).Distinct());
        Assert.Equal(4, Rates(agreed).Count());
        Assert.All(agreed, finding => Assert.Contains(finding.Remedies, remedy => remedy.Title.Equals(root.Remedies[0].Title)));
    }

    [Fact]
    public void WhereTheDirectionIsUnknownARangeTestTakesThePlaceOfBoth()
    {
        var torn = Finding("F1", [Cause.LearningRateTooHigh, Cause.LearningRateTooLow], LearningRateRemedies.Lower(Facts, 0.1), LearningRateRemedies.Raise(Facts, 10));

        var remedy = Assert.Single(Assert.Single(Prescription.Agree([torn], Facts)).Remedies);

        var action = Assert.Single(remedy.Actions);
        Assert.Equal((RemedyActionKind.TestLearningRates, 0.0001, 1.0, 100L), (action.Kind, action.Minimum, action.Maximum, action.Steps));
        Assert.Contains("0.0001 * Math.Pow(1E+04, step / 99.0)", remedy.Code, StringComparison.Ordinal);
    }

    [Fact]
    public void AClearlyLikelierDirectionIsTaken()
    {
        var leaning = Finding("F1", [Cause.LearningRateTooLow], LearningRateRemedies.Lower(Facts, 0.1), LearningRateRemedies.Raise(Facts, 10));

        Assert.Equal([0.1], Rates(Prescription.Agree([leaning], Facts)));
    }

    [Fact]
    public void WhatContradictsTheRootIsLeftOut()
    {
        var root = Finding("F1", [], CapacityRemedies.TrainLonger(Facts));
        var other = Finding("F2", [], CapacityRemedies.MoreCapacity(), new Remedy { Title = $"Stop", Actions = [new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = 3 }], Rationale = $"…" });
        var only = Finding("F3", [], new Remedy { Title = $"Shrink", Actions = [new RemedyAction { Kind = RemedyActionKind.ReduceCapacity }], Rationale = $"…" });

        var agreed = Prescription.Agree([root, other, only], Facts);

        Assert.Equal(["increase-capacity"], agreed[1].Remedies.SelectMany(remedy => remedy.Actions).Select(action => KebabCase.Of(action.Kind)));
        Assert.Equal(["increase-capacity"], agreed[2].Remedies.SelectMany(remedy => remedy.Actions).Select(action => KebabCase.Of(action.Kind)));
    }

    /// <summary>The rate of a run that is changed by a schedule is not "now" what it was at its highest.</summary>
    [Fact]
    public void AScheduleIsToldAsOne()
    {
        Assert.Equal("Set the learning rate to 0.001 (now 0.01)", LearningRateRemedies.Lower(Facts, 0.1).Title.ToString());
        Assert.Equal("Set the highest learning rate to 0.001 (now 0.01)", LearningRateRemedies.Lower(Run(0.001, 0.01, 0.002), 0.1).Title.ToString());
    }

    /// <summary>No two remedies of one report contradict each other, whatever was found.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void TheExampleOfARuleHasOnePrescription(string rule)
    {
        var example = RuleExamples.All[rule];
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.01, example.Ill.Rows.Any() ? (int)example.Ill.Rows.Last().Step + 1 : 0));
        var trace = example.Ill.Rows.Any(row => row.Metric == Metric.LearningRate) ? example.Ill : example.Ill.And(rates);

        var diagnosis = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, example.IllRun);
        AssertAgree(diagnosis);

        // Whoever doubts a remedy finds what it stands on.
        Assert.All(diagnosis.Findings.SelectMany(finding => finding.Remedies).SelectMany(remedy => remedy.Sources), source => Assert.True(source.Contains("https://", StringComparison.Ordinal) || SourceLinks.IsOwn(source), source));
    }

    [SharedFact]
    public void LabelledLogsHaveOnePrescription() => Assert.All(JudgedLogs.Labelled, log => AssertAgree(log.Diagnosis));

    [Fact]
    public void RecordedTrainingsHaveOnePrescription() => Assert.All(JudgedLogs.Recordings, log => AssertAgree(log.Diagnosis));

    /// <summary>The law sees what it is there for: without the triage, the examples above would break it.</summary>
    [Fact]
    public void TheLawSeesWhatContradicts()
    {
        var torn = RuleVerifier.Diagnose([], Trace.Of(Metric.LearningRate, 0.01)) with
        {
            Findings =
            [
                Finding("F1", [], LearningRateRemedies.Lower(Facts, 0.1), CapacityRemedies.TrainLonger(Facts)),
                Finding("F2", [], LearningRateRemedies.Raise(Facts, 10), new Remedy { Title = $"Stop", Actions = [new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = 3 }], Rationale = $"…" }),
            ],
        };

        Assert.Equal(3, PrescriptionLaw.Violations(torn).Count);
    }

    private static void AssertAgree(RunDiagnosis diagnosis)
    {
        var violations = PrescriptionLaw.Violations(diagnosis);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static IEnumerable<double?> Rates(IEnumerable<Finding> findings) =>
        findings.SelectMany(finding => finding.Remedies).SelectMany(remedy => remedy.Actions).Where(action => action.Kind == RemedyActionKind.SetLearningRate).Select(action => action.Value);

    private static RunFacts Run(params double[] rates) => RuleVerifier.Diagnose([], Trace.Of(Metric.LearningRate, rates)).Facts;

    private static Finding Finding(string id, Cause[] causes, params Remedy[] remedies) => new()
    {
        Id = id,
        Rule = DeadUnits.Metadata,
        Severity = Severity.Warning,
        Confidence = 0.9,
        Title = $"{id}",
        Message = $"{id}",
        Evidence = [],
        Causes = [.. causes.Select(cause => new CauseLikelihood(cause, 0.3))],
        Remedies = remedies,
    };
}
