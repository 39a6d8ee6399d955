using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

public sealed class RepeatedSamplesTests
{
    [Theory]
    [InlineData("five rows that come again and again", 0.85, 0, Cause.DataOrder)]
    [InlineData("frames that were appended without a copy", 0.9, 0.8, Cause.LabelError)]
    [InlineData("half of the rows", 0.52, double.NaN, Cause.DataOrder)]
    [InlineData("one label in five differs", 0.8, 0.2, Cause.DataOrder)]
    [InlineData("copies of a rare class", 0.3, 0, null)]
    [InlineData("few copies, whose labels differ", 0.1, 1, null)]
    [InlineData("all data in one batch", 0, double.NaN, null)]
    public void SamplesThatComeAgainAreTold(string name, double duplicates, double conflicts, Cause? expected)
    {
        _ = name;
        var findings = RuleVerifier.Run(new RepeatedSamples(new()), Course(duplicates, conflicts));

        Assert.Equal(expected is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, expected), (finding.Severity, finding.Causes[0].Cause)));
    }

    /// <summary>Episodes begin alike, and samples are drawn several times where noise is added within the model.</summary>
    [Theory]
    [InlineData(TrainingTask.Reinforcement, 0)]
    [InlineData(TrainingTask.PolicyOptimization, 0)]
    [InlineData(TrainingTask.Variational, 0)]
    [InlineData(TrainingTask.Regression, 1)]
    [InlineData(null, 1)]
    public void SomeTasksRepeatTheirInputsRightly(TrainingTask? task, int findings) =>
        Assert.Equal(findings, RuleVerifier.Run(new RepeatedSamples(new()), Course(0.9, 0.5), new RunDescription { Task = task }).Count);

    [Fact]
    public void EpisodesTellWhatTheTaskIs() =>
        Assert.Empty(RuleVerifier.Run(new RepeatedSamples(new()), Course(0.9, 0.5).And(Trace.Of(Metric.EpisodeLength, 12, 9))));

    /// <summary>Inputs that are all one are told by another rule.</summary>
    [Theory]
    [InlineData(Metric.InputConstantFraction, 1)]
    [InlineData(Metric.InputStandardDeviation, 0)]
    public void OneSampleAloneIsAnotherFault(Metric metric, double value) =>
        Assert.Empty(RuleVerifier.Run(new RepeatedSamples(new()), Trace.Of(metric, Enumerable.Repeat(value, 40)).And(Course(0.97, 0.5))));

    /// <summary>A buffer that is small at first repeats what it has, and does not as it grows.</summary>
    [Fact]
    public void ABeginningThatRepeatsIsNone() =>
        Assert.Empty(RuleVerifier.Run(new RepeatedSamples(new()), Trace.Of(Metric.InputDuplicateFraction, Enumerable.Range(0, 60).Select(step => step < 6 ? 0.8 : 0.05))));

    private static Trace Course(double duplicates, double conflicts)
    {
        var trace = Trace.Of(Metric.InputDuplicateFraction, Enumerable.Repeat(duplicates, 40));
        return double.IsNaN(conflicts) ? trace : trace.And(Trace.Of(Metric.ConflictingTargetFraction, Enumerable.Repeat(conflicts, 40)));
    }
}
