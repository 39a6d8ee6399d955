using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Optimization;

public sealed class UpdateRulesTests
{
    private static readonly DegenerateLearningRate Rate = new(new());

    public static TheoryData<string, double[]> HealthyRates => new()
    {
        { "constant", [.. Enumerable.Repeat(1e-3, 100)] },
        { "warm-up from zero, then linear decay to zero", [.. Enumerable.Range(0, 100).Select(step => step < 10 ? step * 1e-4 : 1e-3 * (99 - step) / 89)] },
        { "cosine with restarts", [.. Enumerable.Range(0, 200).Select(step => 1e-3 * (1 + Math.Cos(Math.PI * (step % 50) / 50)) / 2)] },
        { "one cycle", [.. Enumerable.Range(0, 100).Select(step => step < 30 ? 1e-4 + (step * 3e-5) : 1e-3 * Math.Pow(0.9, step - 30))] },
        { "steps down", [.. Enumerable.Range(0, 90).Select(step => Math.Pow(0.1, step / 30))] },
        { "few points within a warm-up", [1e-5, 2e-5, 3e-5, 4e-5] },
        { "a decay that a log rounds to zero", [1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-5, 1e-5, 0, 0] },
    };

    /// <summary>Cycles of four epochs are meant, cycles within an epoch are counted in the wrong unit.</summary>
    [Theory]
    [InlineData(5, false)]
    [InlineData(40, true)]
    public void RateThatTurnsWithinAnEpochIsMovedTooOften(int stepsPerEpoch, bool isIll)
    {
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, 200).Select(step => 0.05 * (1.001 + Math.Cos(Math.PI * step / 10))));
        var epochs = Trace.Of(Metric.Epoch, Enumerable.Range(0, 200).Select(step => (double)step / stepsPerEpoch));

        Assert.Equal(isIll, RuleVerifier.Run(Rate, rates.And(epochs)).Count > 0);
    }

    /// <summary>A restart waits for the end of a fall; what begins anew in its middle was resumed without its state.</summary>
    [Theory]
    [InlineData("cosine", false)]
    [InlineData("exponential", true)]
    [InlineData("half a line", true)]
    [InlineData("steps", true)]
    public void RateThatBeginsAnewInTheMiddleOfItsFallIsAReset(string fall, bool isIll)
    {
        var rates = Enumerable.Range(0, 120).Select(step => 0.1 * fall switch
        {
            "cosine" => (1 + Math.Cos(Math.PI * (step % 60) / 60)) / 2,
            "exponential" => Math.Pow(0.94, step % 60),
            "half a line" => 1 - (step % 60 / 80.0),
            _ => Math.Pow(0.2, step % 60 / 25),
        });

        Assert.Equal(isIll, RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates)).Count > 0);
    }

    [Theory]
    [MemberData(nameof(HealthyRates))]
    public void RateReportsNothing(string name, double[] rates)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates)));
    }

    [Theory]
    [InlineData("the loss is thrown back", 1.1, Severity.Warning)]
    [InlineData("the loss goes on", 0.62, Severity.Info)]
    public void ScheduleThatBeginsAgainMattersWhereItCostWhatWasLearnt(string name, double loss, Severity severity)
    {
        _ = name;
        var rates = Enumerable.Range(0, 100).Select(row => row < 60 ? 5e-4 * (1 - (row / 100.0)) : 5e-4 * (1 - ((row - 60) / 100.0)));
        var losses = Enumerable.Range(0, 100).Select(row => (row < 60 ? 0.6 + (1.9 * Math.Exp(-row / 10.0)) : loss) + (0.01 * (row % 3)));
        var finding = Assert.Single(RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.Loss, losses)).Every(10)));

        Assert.Equal((severity, 600L), (finding.Severity, finding.FirstStep!.Value));
        Assert.Contains("590", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CyclesBeginAgainOnPurpose()
    {
        // Logged five times a cycle, they never come down to nothing.
        var rates = Enumerable.Range(0, 40).Select(row => 1e-3 * (1 + Math.Cos(Math.PI * (row % 8) / 8)) / 2);
        Assert.Empty(RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(row => 1.0 / (1 + (row % 8)))))));
    }

    public static TheoryData<string, double[], Severity> IllRates => new()
    {
        { "zero", [.. Enumerable.Repeat(0.0, 40)], Severity.Error },
        { "negative", [1e-3, 1e-3, -1e-3], Severity.Error },
        { "not a number", [.. Enumerable.Repeat(1e-3, 20), double.NaN, double.NaN], Severity.Error },
        { "jumping", [.. Enumerable.Repeat(1e-3, 100), .. Enumerable.Repeat(1.0, 50)], Severity.Warning },
        { "growing", [.. Enumerable.Range(0, 200).Select(step => 0.05 * Math.Pow(1.04, step))], Severity.Warning },
        { "warming up to the end", [.. Enumerable.Range(1, 16).Select(line => 5e-7 * line)], Severity.Warning },
    };

    [Theory]
    [MemberData(nameof(IllRates))]
    public void RateFindsFaultsOfSchedules(string name, double[] rates, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates))).Severity);
        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rate, Trace.Of(Metric.LearningRate, rates).Every(25))).Severity);
    }

    /// <summary>A rate that is halved at every step is next to nothing after fourteen: a fault when nothing has been learned by then, an end like others when the loss is down.</summary>
    [Fact]
    public void ARateThatVanishesCountsOnlyWhenTheLossStands()
    {
        var vanishing = Trace.Of(Metric.LearningRate, Enumerable.Range(0, 60).Select(step => 0.05 * Math.Pow(0.5, step)));

        Assert.Empty(RuleVerifier.Run(Rate, vanishing.And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 2.3 * Math.Exp(-step / 5.0))))));
        var finding = Assert.Single(RuleVerifier.Run(Rate, vanishing.And(Trace.Of(Metric.Loss, SeededCurve.Noisy(60, _ => 2.3, 0.002)))));
        Assert.Equal((Severity.Warning, 14L), (finding.Severity, finding.FirstStep));
    }

    /// <summary>A schedule that was meant in epochs and is moved with every batch is over within the first of them; the other is planned over the run.</summary>
    [Theory]
    [InlineData(40, true)]
    [InlineData(4, false)]
    public void ARateThatVanishesWithinTheFirstEpochsIsMovedTooOften(int stepsPerEpoch, bool isCadence)
    {
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, 400).Select(step => 0.05 * Math.Pow(0.5, step)));
        var trace = rates.And(Trace.Of(Metric.Loss, SeededCurve.Noisy(400, _ => 2.3, 0.002))).And(Trace.Of(Metric.Epoch, Enumerable.Range(0, 400).Select(step => (double)step / stepsPerEpoch)));

        var finding = Assert.Single(RuleVerifier.Run(Rate, trace));

        Assert.Equal(isCadence, finding.Remedies[0].Title.ToString().Contains("as often as its period says", StringComparison.Ordinal));
        Assert.Equal(isCadence ? Cause.OptimizerMismatch : Cause.LearningRateTooLow, finding.Causes[0].Cause);
    }

    [Fact]
    public void ZerosOfALogCountOnlyWhenTheLossStands()
    {
        var log = new RunDescription { Log = new LogDescription { Format = "csv" } };
        var zeros = Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.0, 60));

        Assert.Empty(RuleVerifier.Run(Rate, zeros.And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(UpdateExamples.Falling))), log));
        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(Rate, zeros.And(Trace.Of(Metric.Loss, Enumerable.Repeat(2.3, 60))), log)).Severity);
    }

    [Theory]
    [InlineData("usual steps", 1e-3, 2.3, null)]
    [InlineData("large steps that learn", 0.2, 0.1, Severity.Info)]
    [InlineData("large steps that do not", 0.2, 2.3, Severity.Warning)]
    [InlineData("steps as large as the weights", 1.5, 2.3, Severity.Error)]
    public void LargeStepsAreJudgedWithTheLoss(string name, double ratio, double finalLoss, Severity? expected)
    {
        _ = name;
        var trace = UpdateExamples.Updates(ratio, step => finalLoss + ((2.3 - finalLoss) * Math.Exp(-step / 20.0)));

        Assert.Equal(expected, RuleVerifier.Run(new OversizedUpdate(new()), trace).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void OneStepThatReplacesTheWeightsIsFoundWhenTheLossNeverRecovers()
    {
        var trace = Trace.Of(Metric.GlobalUpdateRatio, [.. Enumerable.Repeat(0.01, 20), 3, .. Enumerable.Repeat(0.0001, 80)]).And(Trace.Of(Metric.Loss, SeededCurve.Noisy(101, _ => 2.3, 0.01)));

        Assert.Equal(20, Assert.Single(RuleVerifier.Run(new OversizedUpdate(new()), trace)).FirstStep);
    }

    [Theory]
    [InlineData("a fine-tuning that works", 1e-5, 0.5, false)]
    [InlineData("small steps over a long run", 1e-3, 2.3, false)]
    [InlineData("steps of a ten-millionth", 1e-7, 2.3, true)]
    public void SmallStepsAreJudgedByTheWayGone(string name, double ratio, double finalLoss, bool found)
    {
        _ = name;
        var trace = UpdateExamples.Updates(ratio, step => finalLoss + ((2.3 - finalLoss) * Math.Exp(-step / 20.0)));

        Assert.Equal(found, RuleVerifier.Run(new UndersizedUpdate(new()), trace).Count == 1);
    }

    [Fact]
    public void WeightsThatDoNotMoveAlthoughGradientsComeBelongToNoOptimizer()
    {
        var trace = Trace.Of(Metric.UpdateRatio, "fc.weight", Enumerable.Repeat(0.0, 30)).And(Trace.Of(Metric.GradientNorm, "fc.weight", Enumerable.Repeat(1.0, 30)));

        var finding = Assert.Single(RuleVerifier.Run(new UnchangedWeights(new()), trace));

        Assert.Equal((Severity.Error, Cause.WrongOptimizerParameters), (finding.Severity, finding.Causes[0].Cause));
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new UnchangedWeights(new()), Trace.Of(Metric.UpdateRatio, "fc.weight", 0, 0)).Outcome);
    }

    [Fact]
    public void AFrozenModelIsIllOnlyWhenItsLossStands()
    {
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "M",
                Layers = [],
                Parameters =
                [
                    new ParameterDescription { Name = "body.weight", LayerPath = "body", Role = ParameterRole.Weight, Shape = [100, 100], Count = 10000, IsTrainable = false },
                    new ParameterDescription { Name = "head.weight", LayerPath = "head", Role = ParameterRole.Weight, Shape = [10, 10], Count = 100 },
                ],
            },
        };
        Trace Head(Func<int, double> loss) => Trace.Of(Metric.UpdateRatio, "head.weight", Enumerable.Repeat(1e-3, 60)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(loss)));

        Assert.Empty(RuleVerifier.Run(new UnchangedWeights(new()), Head(UpdateExamples.Falling), run));
        Assert.Equal(Cause.FrozenParameters, Assert.Single(RuleVerifier.Run(new UnchangedWeights(new()), Head(_ => 4.6), run)).Causes[0].Cause);
    }

    [Fact]
    public void WeightsMayGrowFromASmallStart()
    {
        var rule = new ExplodingWeights(new());

        Assert.Empty(RuleVerifier.Run(rule, UpdateExamples.Weights(step => 0.01 + (0.1 * step), UpdateExamples.Falling)));
        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(rule, UpdateExamples.Weights(step => Math.Pow(10, step), step => Math.Pow(10, step), 30))).Severity);
    }

    [Fact]
    public void NaNWeightsAreAnErrorButInfinitiesOfAFrozenMaskAreAHint()
    {
        var rule = new NonFiniteWeights(new());
        var trace = Trace.Of(Metric.WeightNonFiniteCount, "mask", 8, 8, 8).And(Trace.Of(Metric.Loss, 3, 2, 1));
        var mask = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "M",
                Layers = [],
                Parameters = [new ParameterDescription { Name = "mask", LayerPath = string.Empty, Role = ParameterRole.Other, Shape = [4, 4], Count = 16, IsTrainable = false }],
            },
        };

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(rule, trace)).Severity);
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(rule, trace, mask)).Severity);
    }

    [Fact]
    public void DecoupledDecayIsMeasuredByItsShareOfTheStep()
    {
        // A ratio of norms means nothing for AdamW: decay of 0.01 at a rate of 0.001 makes 1 % of steps of a thousandth.
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = "AdamW", WeightDecay = 0.01 } };
        var trace = UpdateExamples.Decay(50, _ => 2.3).And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(1e-3, 120))).And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(1e-3, 120)));

        Assert.Empty(RuleVerifier.Run(new DominantRegularization(new()), trace, run));
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(new DominantRegularization(new()), UpdateExamples.Decay(6, UpdateExamples.Falling))).Severity);
    }

    /// <summary>Adapters of two zeros stay nothing; one that is not zero, or gets a gradient, moves both.</summary>
    [Theory]
    [InlineData(0.0, 0.0, 20, true)]
    [InlineData(0.5, 0.0, 20, false)]
    [InlineData(0.0, 0.1, 20, false)]
    [InlineData(0.0, 0.0, 19, false)]
    public void TwoZerosKeepEachOtherZero(double norm, double gradient, int steps, bool isFound)
    {
        ParameterDescription Held(string name) => new() { Name = name, LayerPath = "adapter", Role = ParameterRole.Other, Shape = [4, 8], Count = 32, IsTrainable = true };
        var run = new RunDescription { Model = new ModelDescription { TypeName = "Net", Layers = [], Parameters = [Held("adapter.down"), Held("adapter.up")] } };
        var trace = new[] { ("adapter.down", norm, 0.0), ("adapter.up", 0.0, gradient) }
            .Select(held => Trace.Of(Metric.WeightNorm, held.Item1, Enumerable.Repeat(held.Item2, steps)).And(Trace.Of(Metric.GradientNorm, held.Item1, Enumerable.Repeat(held.Item3, steps))))
            .Aggregate((all, one) => all.And(one)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(5.5, steps))).And(Trace.Of(Metric.UpdateRatio, "base", Enumerable.Repeat(0.01, steps)));

        var findings = RuleVerifier.Run(new UnchangedWeights(new()), trace, run);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Error, Cause.PoorInitialization, 20), (finding.Severity, finding.Causes[0].Cause, finding.Evidence[0].Value)));
    }
}
