using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>TD5009 and TD5010 at their limits: how strongly decay and penalties pull, and what momentum and epsilon make of a step.</summary>
public sealed class DecayAndMomentumLimitsTests
{
    private static readonly Trace Standing = Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, 40));

    [Theory]
    [InlineData("more than twice", 2.5, 10, Severity.Warning)]
    [InlineData("twice", 2, 40, null)]
    [InlineData("nine steps in a row", 2.5, 9, null)]
    public void DecayPullsByItsRatioToTheData(string name, double ratio, int steps, Severity? expected)
    {
        var trace = Trace.Of(Metric.RegularizationGradientRatio, [.. Enumerable.Repeat(ratio, steps), .. Enumerable.Repeat(0.1, 40 - steps)]).And(Standing);

        Assert.True(expected == RuleVerifier.Run(new DominantRegularization(new()), trace).SingleOrDefault()?.Severity, name);
    }

    /// <summary>Five measurements that lie as far apart as ten steps tell as much.</summary>
    [Theory]
    [InlineData("five in fifteen steps", 3, 5, true)]
    [InlineData("four in sixteen steps", 4, 4, false)]
    [InlineData("five in nine steps", 2, 5, false)]
    [InlineData("six in eleven steps", 2, 6, true)]
    public void MeasurementsMayLieApart(string name, int interval, int count, bool isFound)
    {
        var trace = Trace.Of(Metric.RegularizationGradientRatio, [.. Enumerable.Repeat(4.0, count), 0.1, 0.1, 0.1, 0.1]).Every(interval);

        Assert.True(isFound == (RuleVerifier.Run(new DominantRegularization(new()), trace).Count == 1), name);
    }

    /// <summary>Decoupled decay is a share of the step: the learning rate is an eighth, the decay a half, so that it makes a sixteenth of the weights.</summary>
    [Theory]
    [InlineData("half of the step", "AdamW", 1 / 8.0, null)]
    [InlineData("two thirds of it, a little more", "AdamW", 0.0937, 2.0)]
    [InlineData("three quarters", "AdamW", 1 / 12.0, 3.0)]
    [InlineData("all of it", "AdamW", 1 / 16.0, double.MaxValue)]
    [InlineData("more than the step", "AdamW", 1 / 32.0, double.MaxValue)]
    [InlineData("no step", "AdamW", 0.0, null)]
    [InlineData("another optimizer", "Adam", 1 / 8.0, 5.0)]
    public void DecoupledDecayPullsByItsShareOfTheStep(string name, string optimizer, double update, double? expected)
    {
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = optimizer, WeightDecay = 0.5 } };
        var trace = Trace.Of(Metric.RegularizationGradientRatio, Enumerable.Repeat(5.0, 40)).And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.125, 40)))
            .And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 40))).And(Standing);
        double? pull = RuleVerifier.Run(new DominantRegularization(new()), trace, run).SingleOrDefault()?.Evidence[0].Value;

        Assert.True(expected is null ? pull is null : pull is not null && Math.Abs(pull.Value - expected.Value) <= 0.01 * expected.Value, $"{name}: {pull}");
    }

    [Fact]
    public void DecoupledDecayWithoutAStepIsNotJudged()
    {
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = "AdamW", WeightDecay = 0.5 } };
        var trace = Trace.Of(Metric.RegularizationGradientRatio, Enumerable.Repeat(5.0, 40)).And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.125, 40))).And(Trace.Of(Metric.GlobalUpdateRatio, 0.01));

        Assert.Empty(RuleVerifier.Run(new DominantRegularization(new()), trace, run));
        Assert.Single(RuleVerifier.Run(new DominantRegularization(new()), trace, run with { Optimizer = new OptimizerDescription { TypeName = "AdamW" } }));
    }

    /// <summary>A penalty within the loss is judged by its share, and by what it leaves of the answers.</summary>
    [Theory]
    [InlineData("a quarter of the loss", 0.25, 0.01, 10, true)]
    [InlineData("as much as may be", 0.125, 0.01, 10, false)]
    [InlineData("outputs that differ", 0.25, 0.0625, 10, false)]
    [InlineData("nine looks", 0.25, 0.01, 9, false)]
    public void APenaltyIsJudgedByItsShareAndTheAnswers(string name, double share, double variation, int looks, bool isFound)
    {
        var rule = new DominantRegularization(new DominantRegularizationOptions { MaximumPenalty = 0.125, MinimumVariation = 0.0625 });
        var trace = Trace.Of(Metric.RecognizedRemainder, Enumerable.Repeat(share, looks)).And(Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(variation, 40)));
        var finding = RuleVerifier.Run(rule, trace).SingleOrDefault();

        Assert.True(isFound == (finding?.Title.ToString() == "A penalty in the loss wins over the data"), $"{name}: {finding}");
        Assert.True(finding is null || finding.Evidence[0] is { MeanOf: 10, FromStep: 0, Step: 9 }, name);
    }

    [Fact]
    public void APenaltyIsAMeanOfNumbers() => Assert.Equal(11, Assert.Single(RuleVerifier.Run(
        new DominantRegularization(new()), Trace.Of(Metric.RecognizedRemainder, [double.NaN, .. Enumerable.Repeat(0.5, 11), double.NaN]).And(Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(0.0, 13))))).Evidence[0].MeanOf);

    [Theory]
    [InlineData(10, null, RuleOutcome.Passed)]
    [InlineData(0, LossKind.CrossEntropy, RuleOutcome.Passed)]
    public void DecayNeedsItsMeasurementsOrARecognisedLoss(int count, LossKind? recognized, RuleOutcome outcome)
    {
        var trace = Trace.Of(Metric.RegularizationGradientRatio, Enumerable.Repeat(0.1, count)).And(Trace.Of(Metric.RecognizedLoss, recognized is { } kind ? [(double)kind] : []));

        Assert.Equal(outcome, RuleVerifier.Status(new DominantRegularization(new()), trace).Outcome);
    }

    [Theory]
    [InlineData(null, "Lower the weight decay to 0.0001")]
    [InlineData(0.0, "Lower the weight decay to 0.0001")]
    [InlineData(0.001, "Lower the weight decay from 0.001 to 1e-5")]
    [InlineData(5.0, "Lower the weight decay from 5 to 0.0001")]
    public void DecayIsLoweredToAHundredthAtMost(double? present, string title)
    {
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = "SGD", WeightDecay = present } };

        Assert.Equal(title, Assert.Single(RuleVerifier.Run(new DominantRegularization(new()), Trace.Of(Metric.RegularizationGradientRatio, Enumerable.Repeat(5.0, 40)), run)).Remedies[0].Title.ToString());
    }

    /// <summary>Ten gradients tell; numbers that are none do not count, and neither do weights that are not trained.</summary>
    [Theory]
    [InlineData("ten", 10, true, 0.25, 4.0)]
    [InlineData("nine", 9, true, 0.25, null)]
    [InlineData("no optimizer", 10, false, 0.25, null)]
    [InlineData("an epsilon of ten times the gradients", 10, true, 0.15625, null)]
    public void AnEpsilonIsHeldToTheSizeOfGradients(string name, int count, bool isKnown, double epsilon, double? norm)
    {
        // 256 weights and biases are trained: a norm of a quarter is a root mean square of a sixty-fourth.
        var model = Piece.Sequence(Piece.Linear(15, 16), Piece.Linear(16, 16));
        model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { IsTrainable = parameter.LayerPath == "0" })] };
        var run = new RunDescription { Model = model, Optimizer = isKnown ? new OptimizerDescription { TypeName = "Adam", Epsilon = epsilon } : null };
        var trace = Trace.Of(Metric.GlobalGradientNorm, [double.NaN, .. Enumerable.Repeat(0.25, count), double.PositiveInfinity]).And(Standing);
        var finding = RuleVerifier.Run(new ExtremeOptimizerSetting(new()), trace, run).SingleOrDefault();

        Assert.True(norm is null == finding is null, $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value, finding.Evidence[0].Limit, finding.Evidence[0].MeanOf) == (1, 10, 1 / 64.0, 0.025, 10), name);
        Assert.True(finding is null || finding.Title.ToString() == "Epsilon makes steps 17 times shorter than the learning rate says", $"{name}: {finding}");
    }

    /// <summary>Without a model the size of a gradient is not known; momentum needs none.</summary>
    [Fact]
    public void MomentumNeedsNoModel()
    {
        var trace = Trace.Of(Metric.GlobalGradientNorm, Enumerable.Repeat(0.25, 20));
        IReadOnlyList<Finding> Of(OptimizerDescription optimizer) => RuleVerifier.Run(new ExtremeOptimizerSetting(new()), trace, new RunDescription { Optimizer = optimizer });

        Assert.Empty(Of(new OptimizerDescription { TypeName = "Adam", Epsilon = 1 }));
        Assert.Equal(Severity.Info, Assert.Single(Of(new OptimizerDescription { TypeName = "SGD", Momentum = 0.998 })).Severity);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new ExtremeOptimizerSetting(new()), Trace.Of(Metric.GlobalGradientNorm, Enumerable.Repeat(0.25, 10))).Outcome);
    }
}
