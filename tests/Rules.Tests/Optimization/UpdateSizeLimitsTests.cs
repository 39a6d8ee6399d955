using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>TD5001 and TD5002 at their limits: how many steps, how large, beside which loss, and what the circumstances make of cause and remedy.</summary>
public sealed class UpdateSizeLimitsTests
{
    private static readonly RunDescription Unknown = new();

    /// <summary>Losses that fall by half and more, by a third, and not at all.</summary>
    private static readonly Dictionary<string, Func<int, double>> Losses = new()
    {
        ["good"] = step => 2.0 / (1 + step),
        ["middling"] = step => 2 - Math.Min(0.7, 0.02 * step),
        ["bad"] = _ => 2,
    };

    [Fact]
    public void TheFirstStepsAndAsManyMoreAreEnoughForLargeOnes() =>
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new OversizedUpdate(new()), Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(1e-3, 20))).Outcome);

    /// <summary>Steps from one on to another are larger than an eighth of the weights, or as large.</summary>
    [Theory]
    [InlineData("ten behind the first ten", 10, 20, 0.25, "good", Severity.Info)]
    [InlineData("nine behind the first ten", 0, 19, 0.25, "good", null)]
    [InlineData("as large as may be", 10, 40, 0.125, "bad", null)]
    [InlineData("a loss that falls by a third", 10, 20, 0.25, "middling", Severity.Warning)]
    [InlineData("no loss", 10, 20, 0.25, "none", Severity.Warning)]
    [InlineData("a loss that stands", 10, 20, 0.25, "bad", Severity.Warning)]
    [InlineData("as large as the weights", 10, 20, 1, "bad", Severity.Warning)]
    [InlineData("larger than the weights", 10, 20, 1.5, "bad", Severity.Error)]
    [InlineData("larger than the weights, a loss that falls by a third", 10, 20, 1.5, "middling", Severity.Warning)]
    [InlineData("one step larger than the weights", 20, 21, 1.5, "bad", Severity.Warning)]
    [InlineData("one step as large", 20, 21, 1, "bad", null)]
    [InlineData("one step, a loss that falls by a third", 20, 21, 1.5, "middling", null)]
    [InlineData("the second step", 1, 2, 1.5, "bad", Severity.Warning)]
    [InlineData("the first step", 0, 1, 1.5, "bad", null)]
    public void LargeStepsAreJudgedByNumberSizeAndLoss(string name, int from, int to, double ratio, string loss, Severity? expected)
    {
        var trace = Updates(Enumerable.Range(0, 60).Select(step => step >= from && step < to ? ratio : 1e-3), loss);
        var finding = RuleVerifier.Run(new OversizedUpdate(new OversizedUpdateOptions { MaximumRatio = 0.125 }), trace).SingleOrDefault();

        Assert.True(expected == finding?.Severity, $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value) == (from, to - 1, ratio), $"{name}: {finding}");
        Assert.True(finding is null || finding.Message.ToString().Contains("did not recover", StringComparison.Ordinal) == (to - from == 1), name);
    }

    [Fact]
    public void OfTwoStepsAsLargeTheFirstIsTold() =>
        Assert.Equal(20, Assert.Single(RuleVerifier.Run(new OversizedUpdate(new()), Updates(Enumerable.Range(0, 60).Select(step => step is 20 or 30 ? 3 : 1e-3), "bad"))).FirstStep);

    /// <summary>Weights that decay has shrunk to nothing make any step look large, which is no more than a hint.</summary>
    [Theory]
    [InlineData("shrunk by decay", 1.5, 0.05, Severity.Info)]
    [InlineData("as strong as the data", 1, 0.05, Severity.Warning)]
    [InlineData("not shrunk by much", 1.5, 0.125, Severity.Warning)]
    public void StepsBesideShrunkenWeightsAreAHint(string name, double decay, double left, Severity expected)
    {
        var trace = Updates(Enumerable.Repeat(0.5, 60), "bad").And(Trace.Of(Metric.RegularizationGradientRatio, Enumerable.Repeat(decay, 60)))
            .And(Trace.Of(Metric.GlobalWeightNorm, Enumerable.Range(0, 60).Select(step => 4 * (step == 0 ? 1 : left))));

        Assert.True(expected == Assert.Single(RuleVerifier.Run(new OversizedUpdate(new()), trace)).Severity, name);
    }

    [Theory]
    [InlineData("scaled", 40, "SGD", 3, Cause.PoorInitialization)]
    [InlineData("unscaled", 60, "SGD", 4, Cause.UnscaledData)]
    [InlineData("unscaled, an optimizer that divides by the gradient", 60, "Adam", 4, Cause.PoorInitialization)]
    [InlineData("unscaled, an optimizer that is not known", 60, null, 4, Cause.UnscaledData)]
    public void InputsThatAreNotScaledAreACauseForPlainDescent(string name, double input, string? optimizer, int remedies, Cause second)
    {
        var trace = Updates(Enumerable.Repeat(0.5, 60), "bad").And(Trace.Of(Metric.InputAbsoluteMaximum, "(input)", Enumerable.Repeat(input, 60)))
            .And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 60)));
        var run = optimizer is null ? Unknown : new RunDescription { Optimizer = new OptimizerDescription { TypeName = optimizer } };
        var finding = Assert.Single(RuleVerifier.Run(new OversizedUpdate(new()), trace, run));

        Assert.True((remedies, second) == (finding.Remedies.Count, finding.Causes[1].Cause), $"{name}: {finding.Remedies.Count} {finding.Causes[1].Cause}");
    }

    [Fact]
    public void FiftyStepsAreEnoughForSmallOnes() =>
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new UndersizedUpdate(new()), Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(0.5, 50))).Outcome);

    /// <summary>Sixty-four steps that go half of the size of the weights or less, beside a loss that falls from 4 by a share.</summary>
    [Theory]
    [InlineData("half of the weights", 1 / 128.0, 0.0, null)]
    [InlineData("a quarter", 1 / 256.0, 0.0, "SGD")]
    [InlineData("a quarter, an optimizer that is not known", 1 / 256.0, 0.0, "")]
    [InlineData("a quarter, by an optimizer that divides by the gradient", 1 / 256.0, 0.0, "Adam")]
    [InlineData("a quarter, and the loss falls by a quarter", 1 / 256.0, 0.25, null)]
    [InlineData("a quarter, and the loss falls by an eighth", 1 / 256.0, 0.125, "SGD")]
    [InlineData("nothing at all", 0.0, 0.0, null)]
    public void SmallStepsAreJudgedByTheWayAndTheLoss(string name, double ratio, double fell, string? optimizer)
    {
        var rule = new UndersizedUpdate(new UndersizedUpdateOptions { MinimumPath = 0.5, ProgressThatExcuses = 0.25 });
        var trace = Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(ratio, 64)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 64).Select(step => step == 0 ? 4 : 4 * (1 - fell))));
        var finding = RuleVerifier.Run(rule, trace, optimizer is { Length: > 0 } ? new RunDescription { Optimizer = new OptimizerDescription { TypeName = optimizer } } : Unknown).SingleOrDefault();

        Assert.True(optimizer is null == finding is null, $"{name}: {finding}");
        Assert.True(finding is null || finding.Remedies.Any(remedy => remedy.Title.ToString().StartsWith("Train with Adam", StringComparison.Ordinal)) == (optimizer != "Adam"), name);
        Assert.True(finding is null || finding.Evidence[0] is { Value: 1 / 256.0, Limit: 0.5 / 64, MeanOf: 64, FromStep: 0, Step: 63 }, name);
    }

    [Fact]
    public void SmallStepsWithoutLossesTellNothing() =>
        Assert.Empty(RuleVerifier.Run(new UndersizedUpdate(new()), Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(1e-7, 64))));

    /// <summary>Numbers that are none are left out of the mean and of its steps.</summary>
    [Fact]
    public void TheMeanIsThatOfNumbers()
    {
        var trace = Trace.Of(Metric.GlobalUpdateRatio, [double.NaN, double.NaN, .. Enumerable.Repeat(1e-6, 50), double.PositiveInfinity]).And(Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, 53)));

        var evidence = Assert.Single(RuleVerifier.Run(new UndersizedUpdate(new()), trace)).Evidence[0];

        Assert.Equal((2L, 51L, 50L), (evidence.FromStep, evidence.Step, evidence.MeanOf));
        Assert.Equal(1e-6, evidence.Value, 12);
    }

    /// <summary>Coarse weights must go further: what is left of steps that are mostly rounded away goes to and fro.</summary>
    [Theory]
    [InlineData("full weights", "float32", 0.1, null)]
    [InlineData("coarse weights", "bfloat16", 0.1, Cause.InsufficientPrecision)]
    [InlineData("coarse weights that went further", "bfloat16", 0.3, null)]
    public void CoarseWeightsMustGoFurther(string name, string type, double path, Cause? cause)
    {
        var model = Piece.Sequence(Piece.Linear(8, 8));
        model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { DataType = type, IsInOptimizer = false })] };
        var trace = Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(path / 400, 400)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, 400)))
            .And(Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, 400).Select(step => 1 + (0.5 * (step % 2)))));

        Assert.True(cause == RuleVerifier.Run(new UndersizedUpdate(new()), trace, new RunDescription { Model = model }).SingleOrDefault()?.Causes[0].Cause, name);
    }

    private static Trace Updates(IEnumerable<double> ratios, string loss)
    {
        var trace = Trace.Of(Metric.GlobalUpdateRatio, ratios);
        return loss == "none" ? trace : trace.And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(Losses[loss])));
    }
}
