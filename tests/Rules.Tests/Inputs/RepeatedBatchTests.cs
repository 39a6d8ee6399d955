using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

public sealed class RepeatedBatchTests
{
    [Theory]
    [InlineData("the same batch, learnt by heart", 0, 0.8, 0, true)]
    [InlineData("the same batch, learnt by heart, twenty times an epoch", 0, 0.8, 20, true)]
    [InlineData("all data in one batch, learnt by heart: overfitting", 0, 0.8, 1, false)]
    [InlineData("the same batch, and what it teaches holds", 0, 0.03, 0, false)]
    [InlineData("other batches", 0.001, 0.8, 0, false)]
    public void TellsThatEveryStepHasTheSameBatch(string name, double difference, double validation, int stepsInEpoch, bool found)
    {
        _ = name;
        var trace = Trace.Of(Metric.InputMean, Enumerable.Range(0, 60).Select(step => 0.3 + (difference * (step % 7)))).And(Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(1.1, 60)))
            .And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, 60))).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 0.01 + (2.3 * Math.Exp(-step / 5.0)))))
            .And(Trace.Of(Metric.ValidationLoss, validation, validation, validation).Every(20).From(15));
        trace = stepsInEpoch == 0 ? trace : trace.And(Trace.Of(Metric.Epoch, Enumerable.Range(0, 60).Select(step => (double)(step / stepsInEpoch))));
        var findings = RuleVerifier.Run(new UnshuffledData(new()), trace);

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, Cause.DataOrder), (finding.Severity, finding.Causes[0].Cause)));
    }

    /// <summary>A network's own estimates rise as it learns: targets of reinforcement learning come in an order by nature.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void EstimatesThatRiseAreNoOrderOfData(bool hasEpisodes, int findings)
    {
        var trace = Trace.Of(Metric.TargetMean, Enumerable.Range(0, 60).Select(step => step / 10.0)).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(0.2, 60)))
            .And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(32.0, 60)));

        Assert.Equal(findings, RuleVerifier.Run(new UnshuffledData(new()), hasEpisodes ? trace.And(Trace.Of(Metric.EpisodeLength, 12, 9)) : trace).Count);
    }

    /// <summary>Images divided by 255 twice are tiny: a warning where nothing is learnt. Words of which few are set are not tiny.</summary>
    [Theory]
    [InlineData(0.0039, 2.3, Severity.Warning)]
    [InlineData(0.0039, 0.3, Severity.Info)]
    [InlineData(1, 2.3, null)]
    public void TinyInputsAreAWarningWhereNothingIsLearnt(double largest, double end, Severity? expected)
    {
        var trace = Trace.Of(Metric.InputMean, Enumerable.Repeat(0.001, 60)).And(Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(0.0015, 60)))
            .And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(largest, 60))).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => end + ((2.31 - end) * Math.Exp(-step / 8.0)))));
        var findings = RuleVerifier.Run(new UnscaledInput(new()), trace);

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
    }

    /// <summary>Images in 0 to 1 that are normalised with the constants of 0 to 255 hardly differ: a warning where nothing is learnt.</summary>
    [Theory]
    [InlineData("images normalised on another scale", -2.11, 0.0065, 2.3, Severity.Warning)]
    [InlineData("the same, learnt from all the same", -2.11, 0.0065, 0.3, null)]
    [InlineData("a bright image", 0.95, 0.1, 2.3, null)]
    [InlineData("images normalised as they should be", -0.4, 1.1, 2.3, null)]
    [InlineData("words of which few are set", 0.0001, 0.01, 2.3, null)]
    [InlineData("standardised features", 0.001, 1, 2.3, null)]
    [InlineData("one-hot features of ten", 0.1, 0.3, 2.3, null)]
    public void InputsThatHardlyDifferAreAWarningWhereNothingIsLearnt(string name, double mean, double deviation, double end, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.InputMean, Enumerable.Repeat(mean, 60)).And(Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(deviation, 60)))
            .And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(Math.Abs(mean) + (4 * deviation), 60))).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => end + ((2.31 - end) * Math.Exp(-step / 8.0)))));
        var findings = RuleVerifier.Run(new UnscaledInput(new()), trace);

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal(Cause.UnscaledData, finding.Causes[0].Cause));
    }
}
