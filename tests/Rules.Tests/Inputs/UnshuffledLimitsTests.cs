using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>From where on batches are those of sorted data, or all the very same one (TD1005).</summary>
public sealed class UnshuffledLimitsTests
{
    private const int Count = 20;

    [Theory]
    [InlineData("a quarter of the batches", 20, 5, 2, 8, 0.5, null)]
    [InlineData("one batch less", 19, 9, 2, 8, 0.5, null)]
    [InlineData("one class alone", 20, 20, 1, 8, 0.5, null)]
    [InlineData("batches as large as they must be", 20, 20, 2, 4, 0.25, 1.0)]
    [InlineData("chance gives as many as it may", 20, 20, 2, 5, 0.5, null)]
    [InlineData("no size is told, and that of the smallest is taken", 20, 20, 2, double.NaN, 0.25, 1.0)]
    [InlineData("no share of the commonest class is told", 20, 20, 2, 8, double.NaN, null)]
    public void BatchesOfOneClassAreToldFromTheirLimits(string name, int batches, int ofOneClass, double classes, double size, double majority, double? share)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetSingleClassBatch, StepCurve.Change(batches, ofOneClass, 1, 0)).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, batches)));
        trace = double.IsNaN(size) ? trace : trace.And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(size, batches)));
        trace = double.IsNaN(majority) ? trace : trace.And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(majority, batches)));
        var findings = RuleVerifier.Run(new UnshuffledData(new() { MaximumSingle = 0.25, MaximumChance = 0.0625 }), trace);

        Assert.Equal(share, findings.SingleOrDefault()?.Evidence[0].Value);
        Assert.All(findings, finding => Assert.Contains(FormattableString.Invariant($"batches of {(double.IsNaN(size) ? 4 : size)} samples held one class only"), finding.Message.ToString(), StringComparison.Ordinal));
    }

    /// <summary>Means of 1 and -1 in turns vary by 20/19; that times the size of a batch, over the variance within, is the ratio.</summary>
    [Theory]
    [InlineData("a ratio above its limit", 20, 4, 0.8338, true)]
    [InlineData("one batch less", 19, 4, 0.25, false)]
    [InlineData("large batches, a ratio above theirs", 20, 100, 10.4, true)]
    [InlineData("nothing varies within", 20, 4, 0, true)]
    public void MeansThatVaryAreToldFromTheirLimits(string name, int batches, double size, double variance, bool isFound)
    {
        _ = name;
        var trace = Numbers(Enumerable.Range(0, batches).Select(step => step % 2 == 0 ? 1.0 : -1), Math.Sqrt(variance), size);
        var findings = RuleVerifier.Run(new UnshuffledData(new()), trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("The targets come in order", variance == 0 ? double.MaxValue : Math.Round(20 * size / (19 * variance), 6), Math.Max(5, size / 10)), (finding.Title.ToString(), Math.Round(finding.Evidence[0].Value, 6), finding.Evidence[0].Limit!.Value)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TargetsThatNeverVaryAreInNoOrder(double mean) => Assert.Empty(RuleVerifier.Run(new UnshuffledData(new()), Numbers(Enumerable.Repeat(mean, Count), 0, 8)));

    /// <summary>Both are told where both are measured: batches of one class, and targets in order.</summary>
    [Fact]
    public void ClassesAndNumbersAreJudgedEachByThemselves()
    {
        var trace = Numbers(Enumerable.Range(0, Count).Select(step => step % 2 == 0 ? 1.0 : -1), 0.25, 8).And(Trace.Of(Metric.TargetSingleClassBatch, Enumerable.Repeat(1.0, Count)))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(2.0, Count))).And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(0.5, Count)));

        Assert.Equal(2, RuleVerifier.Run(new UnshuffledData(new()), trace).Count);
    }

    [Theory]
    [InlineData("a reward", Metric.Reward, null, 0)]
    [InlineData("a task of rewards", null, TrainingTask.PolicyOptimization, 0)]
    public void EstimatesAreInNoOrderOfData(string name, Metric? metric, TrainingTask? task, int findings)
    {
        _ = name;
        var trace = Numbers(Enumerable.Range(0, Count).Select(step => step % 2 == 0 ? 1.0 : -1), 0.25, 8);

        Assert.Equal(findings, RuleVerifier.Run(new UnshuffledData(new()), metric is { } other ? trace.And(Trace.Of(other, 1, 2)) : trace, new RunDescription { Task = task }).Count);
    }

    /// <summary>The very same batch again and again is told where the validation is far worse than what was learnt by heart.</summary>
    [Theory]
    [InlineData("a tenth of the validation", 40, 0.1, 1, 0, 1, false)]
    [InlineData("twenty measured steps", 20, 0.0625, 1, 0, 1, true)]
    [InlineData("nineteen measured steps", 19, 0.0625, 1, 0, 1, false)]
    [InlineData("a loss of nothing", 40, 0, 1, 0, 1, true)]
    [InlineData("a loss below zero", 40, -1, 1, 0, 1, false)]
    [InlineData("no validation", 40, 0.0625, double.NaN, 0, 1, false)]
    [InlineData("two steps an epoch", 40, 0.0625, 1, 20, 1, true)]
    [InlineData("fewer steps an epoch", 40, 0.0625, 1, 20.5, 1, false)]
    [InlineData("inputs of nothing", 40, 0.0625, 1, 0, 0, false)]
    public void TheSameBatchIsToldFromItsLimits(string name, int count, double loss, double validation, double epochs, double deviation, bool isFound)
    {
        _ = name;
        var trace = Same(count, deviation).And(Trace.Of(Metric.Loss, Enumerable.Repeat(loss, count))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, count)));
        trace = double.IsNaN(validation) ? trace : trace.And(Trace.Of(Metric.ValidationLoss, validation, validation).Every(10));
        var findings = RuleVerifier.Run(new UnshuffledData(new()), epochs > 0 ? trace.And(Trace.Of(Metric.Epoch, epochs).From(count - 1)) : trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("Every step trains on the same batch", (double)count, epochs > 0 ? 0.85 : 0.64), (finding.Title.ToString(), finding.Evidence[0].Value, Math.Round(finding.Causes.Single(cause => cause.Cause == Cause.DataOrder).Likelihood, 9))));
    }

    /// <summary>One other batch is enough for none to be the only one, be it the last.</summary>
    [Theory]
    [InlineData(Metric.InputMean)]
    [InlineData(Metric.InputStandardDeviation)]
    public void OneOtherBatchIsEnough(Metric metric)
    {
        var trace = Same(40, 1).And(Trace.Of(metric, 0.5).From(40)).And(Trace.Of(metric == Metric.InputMean ? Metric.InputStandardDeviation : Metric.InputMean, metric == Metric.InputMean ? 1 : 0.25).From(40))
            .And(Trace.Of(Metric.Loss, Enumerable.Repeat(0.0625, 40))).And(Trace.Of(Metric.ValidationLoss, 1, 1).Every(10));

        Assert.Empty(RuleVerifier.Run(new UnshuffledData(new()), trace));
    }

    private static Trace Same(int count, double deviation) => Trace.Of(Metric.InputMean, Enumerable.Repeat(0.25, count)).And(Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(deviation, count)));

    private static Trace Numbers(IEnumerable<double> means, double deviation, double size)
    {
        double[] all = [.. means];
        return Trace.Of(Metric.TargetMean, all).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(deviation, all.Length))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(size, all.Length)));
    }
}
