using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>The numbers that a run gives its remedies: rates, lengths, norms and factors, worked out by hand.</summary>
public sealed class RemedyNumbersTests
{
    /// <summary>Three times as long as the run was, and at least three steps.</summary>
    [Theory]
    [InlineData(0, 99, 300)]
    [InlineData(50, 99, 150)]
    [InlineData(7, 7, 3)]
    [InlineData(-1, -1, 3)]
    public void ALongerTrainingIsThreeTimesAsLong(long first, long last, long steps)
    {
        var facts = first < 0 ? Measured.Facts() : Measured.Facts(Trace.Of(Metric.Loss, 1).From(first).And(Trace.Of(Metric.Loss, 1).From(last)));

        var action = Assert.Single(CapacityRemedies.TrainLonger(facts).Actions);

        Assert.Equal((RemedyActionKind.TrainLonger, steps), (action.Kind, action.Steps!.Value));
    }

    /// <summary>The highest rate so far times the factor, to two digits; a rate that nobody knows is multiplied.</summary>
    [Theory]
    [InlineData(0.01, 0.01, 0.1, "Set the learning rate to 0.001 (now 0.01)", 0.001, null)]
    [InlineData(0.002, 0.01, 0.1, "Set the highest learning rate to 0.001 (now 0.01)", 0.001, null)]
    [InlineData(0.0123, 0.0123, 0.5, "Set the learning rate to 0.0062 (now 0.0123)", 0.0062, null)]
    [InlineData(0, 0, 0.1, "Multiply the learning rate by 0.1", null, 0.1)]
    [InlineData(-0.5, -0.5, 0.1, "Multiply the learning rate by 0.1", null, 0.1)]
    public void TheHighestRateIsChanged(double first, double last, double factor, string title, double? value, double? scale)
    {
        var facts = Measured.Facts(Trace.Of(Metric.LearningRate, first, last));
        var remedy = LearningRateRemedies.Raise(facts, factor);

        Assert.Equal((title, value, scale), (remedy.Title.ToString(), remedy.Actions[0].Value, remedy.Actions[0].Factor));
        Assert.Equal(value is null, remedy.Code is null);
        Assert.Equal("Multiply the learning rate by 10", LearningRateRemedies.Raise(Measured.Facts(), 10).Title.ToString());
    }

    /// <summary>Where one step changes more than a tenth of the weights, their size tells the factor: by Adam a thousandth over a quarter is a three-hundredth, by SGD its root a sixteenth.</summary>
    [Theory]
    [InlineData("SGD", 0.25, 0.1)]
    [InlineData("Adam", 0.25, 0.01)]
    [InlineData("Adam", 0.09375, 0.5)]
    [InlineData("SGD", 8, 0.01)]
    [InlineData(null, 8, 0.01)]
    public void HugeStepsTellTheFactor(string? optimizer, double ratio, double factor)
    {
        var run = new RunDescription { Optimizer = optimizer is null ? null : new OptimizerDescription { TypeName = optimizer } };

        Assert.Equal(factor, LearningRateRemedies.Lower(Measured.Facts(Measured.Steady(Metric.GlobalUpdateRatio, ratio, 8), run), 0.5).Actions[0].Factor!.Value, 12);
    }

    [Theory]
    [InlineData(0.1, true, 0.01)]
    [InlineData(0.1, false, 0.1)]
    [InlineData(1, true, 1e-3)]
    [InlineData(1, false, 0.01)]
    [InlineData(1e-3, true, 0.1)]
    [InlineData(5e-4, true, 1)]
    [InlineData(1e-6, true, 1e3)]
    [InlineData(1e-6, false, 100)]
    [InlineData(1e-9, true, 1e4)]
    [InlineData(1e9, true, 1e-4)]
    [InlineData(0, true, 0.1)]
    [InlineData(-1, true, 0.1)]
    [InlineData(double.NaN, true, 0.1)]
    [InlineData(double.PositiveInfinity, true, 0.1)]
    public void AFactorIsAPowerOfTen(double ratio, bool isExact, double expected) => Assert.Equal(expected, UpdateSizes.FactorTowards(ratio, isExact), 1e-9);

    [Theory]
    [InlineData("Adagrad", 0.01)]
    [InlineData("SGD", 0.1)]
    [InlineData("RMSProp", 0.1)]
    [InlineData(null, 0.1)]
    public void AdaptiveStepsAreProportionalToTheirRate(string? optimizer, double expected)
    {
        var run = new RunDescription { Optimizer = optimizer is null ? null : new OptimizerDescription { TypeName = optimizer } };

        Assert.Equal(expected, UpdateSizes.FactorFor(Measured.Facts(Measured.Steady(Metric.GlobalUpdateRatio, 0.125, 8), run)), 1e-12);
        Assert.Equal(0.1, UpdateSizes.FactorFor(Measured.Facts(run: run)));
    }

    /// <summary>A range test goes a hundred times either way, and not beyond 1.</summary>
    [Theory]
    [InlineData(0.001, 0.00001, 0.1)]
    [InlineData(0.05, 0.0005, 1)]
    [InlineData(0, 1e-6, 1)]
    public void ARangeTestLiesAroundTheRate(double rate, double low, double high)
    {
        var remedy = LearningRateRemedies.RangeTest(Measured.Facts(Measured.Steady(Metric.LearningRate, rate)));
        var action = Assert.Single(remedy.Actions);

        Assert.Equal((low, high, 100L), (action.Minimum!.Value, action.Maximum!.Value, action.Steps!.Value));
        Assert.Contains(FormattableString.Invariant($"{low:G2} * Math.Pow({high / low:G3}, step / 99.0)"), remedy.Code, StringComparison.Ordinal);
    }

    /// <summary>A twentieth of the run, from 20 to 1,000 steps.</summary>
    [Theory]
    [InlineData(10, 20)]
    [InlineData(420, 21)]
    [InlineData(1000, 50)]
    [InlineData(30000, 1000)]
    public void AWarmupIsATwentiethOfTheRun(int steps, long expected) => Assert.Equal(expected, LearningRateRemedies.Warmup(Measured.Facts(Measured.Steady(Metric.Loss, 1, steps))).Actions[0].Steps);

    /// <summary>Gradients are clipped between the smallest and the first: √(4 · 9) = 6, from a tenth to ten.</summary>
    [Theory]
    [InlineData(9.0, 4.0, 6.0)]
    [InlineData(4.0, 9.0, 4.0)]
    [InlineData(double.NaN, 4.0, 4.0)]
    [InlineData(double.PositiveInfinity, 4.0, 4.0)]
    [InlineData(0.001, 0.001, 0.1)]
    [InlineData(100.0, 100.0, 10.0)]
    [InlineData(3.0, 0.0, 1.0)]
    [InlineData(double.NaN, double.NaN, 1.0)]
    [InlineData(2.0, 1.0, 1.4)]
    public void GradientsAreClippedBetweenTheSmallestAndTheFirst(double first, double last, double norm) =>
        Assert.Equal(norm, LearningRateRemedies.Clip(Measured.Facts(Trace.Of(Metric.GlobalGradientNorm, first, last))).Actions[0].MaxNorm!.Value);

    [Fact]
    public void WithoutANormGradientsAreClippedAtOne() => Assert.Equal(1, LearningRateRemedies.Clip(Measured.Facts()).Actions[0].MaxNorm);

    /// <summary>A wrong answer costs at least ln 2; answers as sure as they are right cost their entropy.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.34657359027997264, 0.5)]
    [InlineData(0.6931471805599453, 0)]
    public void ALossLeavesAShareOfRightAnswers(double loss, double accuracy) => Assert.Equal(accuracy, AnswerCost.LeastAccuracy(loss), 12);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(-0.5, 0)]
    [InlineData(0.5, 0.6931471805599453)]
    [InlineData(0.25, 0.5623351446188083)]
    public void AnswersCostTheirEntropy(double accuracy, double entropy) => Assert.Equal(entropy, AnswerCost.Entropy(accuracy), 12);

    [Theory]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void InputsAreUnscaledAboveFifty(double input, bool isUnscaled)
    {
        Assert.Equal(isUnscaled, DataFacts.HasUnscaledInputs(Measured.Facts(Measured.Steady(Metric.InputAbsoluteMaximum, input))));
        Assert.False(DataFacts.HasUnscaledInputs(Measured.Facts()));
    }

    /// <summary>In a fine-tuning precision comes first, then labels; in a trainer that computes in half precision, or where the loss was seen to be scaled, the range of numbers.</summary>
    [Theory]
    [InlineData("pytorch", null, null, null, "")]
    [InlineData("pytorch", true, null, null, "ChangePrecision UnmaskLabels")]
    [InlineData("pytorch", true, "fp16", null, "ChangePrecision UnmaskLabels")]
    [InlineData("pytorch", true, "bf16", null, "UnmaskLabels")]
    [InlineData("pytorch", true, "fp32", null, "UnmaskLabels")]
    [InlineData("llamafactory", null, null, null, "ChangePrecision UnmaskLabels")]
    [InlineData("llamafactory", false, null, null, "")]
    [InlineData("kohya", false, null, null, "ChangePrecision")]
    [InlineData("nanogpt", null, null, null, "ChangePrecision")]
    [InlineData("nanogpt", null, "bf16", null, "")]
    [InlineData("pytorch", null, null, 2.0, "ChangePrecision")]
    [InlineData("pytorch", null, null, 1.0, "")]
    [InlineData("pytorch", null, "fp32", 2.0, "")]
    public void BrokenNumbersAreLookedForWhereTheyBreak(string framework, bool? isPretrained, string? precision, double? scale, string expected)
    {
        var run = new RunDescription { Framework = framework, Situation = new RunSituation { IsPretrained = isPretrained, Precision = precision } };
        var facts = Measured.Facts(scale is { } value ? Measured.Steady(Metric.LossScale, value) : null, run);

        Assert.Equal(expected, string.Join(' ', FineTuningRemedies.ForBrokenNumbers(facts).SelectMany(remedy => remedy.Actions).Select(action => action.Kind)));
        Assert.All(FineTuningRemedies.ForBrokenNumbers(facts), remedy => Assert.NotEmpty(remedy.Sources));
    }
}
