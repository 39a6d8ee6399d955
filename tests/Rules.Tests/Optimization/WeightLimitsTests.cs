using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>TD5003, TD5004 and TD5005: weights that stand still, are no numbers or grow, each in the circumstances that make another cause or severity of it.</summary>
public sealed class WeightLimitsTests
{
    /// <summary>Norms as multiples of one, beside a loss that is above its first.</summary>
    [Theory]
    [InlineData("five above", new[] { 1.0, 11, 11, 11, 11, 11, 1 }, Severity.Warning)]
    [InlineData("four above", new[] { 1.0, 11, 11, 11, 11, 1 }, null)]
    [InlineData("ten times", new[] { 1.0, 10, 10, 10, 10, 10, 1 }, null)]
    [InlineData("nothing at first", new[] { 0.0, 1, 11, 11, 11, 11, 11, 1 }, Severity.Warning)]
    [InlineData("swings down by no more than a half", new[] { 1.0, 40, 20, 40, 20, 40, 1 }, Severity.Warning)]
    [InlineData("swings down by more", new[] { 1.0, 40, 19, 40, 19, 40, 1 }, null)]
    [InlineData("a thousand times", new[] { 1.0, 1000, 1000, 1000, 1000, 1000, 1 }, Severity.Warning)]
    [InlineData("more than a thousand times", new[] { 1.0, 1001, 1001, 1001, 1001, 1001, 1 }, Severity.Error)]
    [InlineData("no number after more than a thousand times", new[] { 1, 1001, double.NaN }, Severity.Error)]
    [InlineData("infinite after a thousand times", new[] { 1, 1000, double.PositiveInfinity }, null)]
    [InlineData("infinite at first", new[] { double.PositiveInfinity, 11, 11, 11, 11, 11, 11 }, null)]
    public void NormsAreHeldToTheFirst(string name, double[] norms, Severity? expected)
    {
        var trace = Trace.Of(Metric.GlobalWeightNorm, norms.Select(norm => 4 * norm)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, norms.Length).Select(step => step == 0 ? 1.0 : 2)));
        var finding = RuleVerifier.Run(new ExplodingWeights(new ExplodingWeightsOptions { Tolerance = 0.5 }), trace).SingleOrDefault();

        Assert.True(expected == finding?.Severity, $"{name}: {finding}");
        Assert.True(finding is null || finding.Evidence[0].Value == 4 * norms.Where(double.IsFinite).Max(), name);
    }

    [Theory]
    [InlineData("above its first", 2.5, true)]
    [InlineData("as high as its first", 2, false)]
    [InlineData("below its first", 1, false)]
    [InlineData("no number any more", double.NaN, true)]
    public void NormsGrowBesideALossThatDoesNotFall(string name, double later, bool isFound)
    {
        var trace = Trace.Of(Metric.GlobalWeightNorm, [1, .. Enumerable.Repeat(20.0, 10)]).And(Trace.Of(Metric.Loss, [2, .. Enumerable.Repeat(later, 10)]));

        Assert.True(isFound == (RuleVerifier.Run(new ExplodingWeights(new()), trace).Count == 1), name);
    }

    [Fact]
    public void NormsWithoutALossAreNotJudged()
    {
        Assert.Empty(RuleVerifier.Run(new ExplodingWeights(new()), Trace.Of(Metric.GlobalWeightNorm, [1, .. Enumerable.Repeat(20.0, 10)])));
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new ExplodingWeights(new()), Trace.Of(Metric.GlobalWeightNorm, 1, 1, 1, 1, 1).And(Trace.Of(Metric.Loss, 1, 1))).Outcome);
    }

    [Theory]
    [InlineData(40, 3, Cause.LearningRateTooHigh)]
    [InlineData(60, 4, Cause.UnscaledData)]
    public void InputsThatAreNotScaledGrowWeights(double input, int remedies, Cause first)
    {
        var trace = Trace.Of(Metric.GlobalWeightNorm, [1, .. Enumerable.Repeat(20.0, 10)]).And(Trace.Of(Metric.Loss, [2, .. Enumerable.Repeat(3.0, 10)]))
            .And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 11)));
        var finding = Assert.Single(RuleVerifier.Run(new ExplodingWeights(new()), trace));

        Assert.Equal((remedies, first), (finding.Remedies.Count, finding.Causes[0].Cause));
    }

    public static TheoryData<string, double, bool, bool?, string, Cause, string> Standstills => new()
    {
        { "no gradient", 0.1, false, null, "float32", Cause.DetachedGraph, "Keep the graph whole between the loss and 0.weight" },
        { "gradients come", 0.1, true, null, "float32", Cause.WrongOptimizerParameters, "Give the optimizer all parameters of the model" },
        { "gradients come, the optimizer holds others", 0.1, true, false, "bfloat16", Cause.WrongOptimizerParameters, "Give the optimizer all parameters of the model" },
        { "gradients come, the optimizer holds it", 0.1, true, true, "float32", Cause.WrongOptimizerParameters, "Call optimizer.step() after the backward pass" },
        { "gradients come, the optimizer holds it, coarse", 0.1, true, true, "bfloat16", Cause.InsufficientPrecision, "Keep weights and optimizer in float32, and compute in bfloat16 only where it pays" },
        { "a rate of zero", 0, true, null, "float32", Cause.LearningRateTooLow, "Set the learning rate to 0.001 and check the schedule" },
        { "a rate of zero, coarse", 0, true, true, "bfloat16", Cause.LearningRateTooLow, "Set the learning rate to 0.001 and check the schedule" },
        { "a rate of zero, no gradient", 0, false, null, "float32", Cause.LearningRateTooLow, "Set the learning rate to 0.001 and check the schedule" },
    };

    [Theory]
    [MemberData(nameof(Standstills))]
    public void WhatStandsStillHasACauseByItsCircumstances(string name, double rate, bool hasGradient, bool? isHeld, string type, Cause cause, string remedy)
    {
        var model = Piece.Sequence(Piece.Linear(8, 8));
        model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { DataType = type, IsInOptimizer = isHeld })] };
        var trace = Trace.Of(Metric.UpdateRatio, "0.weight", Enumerable.Repeat(0.0, 20)).And(Trace.Of(Metric.GradientNorm, "0.weight", Enumerable.Repeat(hasGradient ? 1.0 : 0, 20)))
            .And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(rate, 20)));

        var finding = Assert.Single(RuleVerifier.Run(new UnchangedWeights(new()), trace, new RunDescription { Model = isHeld is null ? null : model }));

        Assert.True(cause == finding.Causes[0].Cause, $"{name}: {finding.Causes[0].Cause}");
        Assert.True(hasGradient ? finding.Severity == Severity.Error : finding.Severity == Severity.Warning, name);
        Assert.True(finding.Remedies[0].Title.ToString() == remedy, $"{name}: {finding.Remedies[0].Title}");
    }

    [Theory]
    [InlineData("nineteen steps", 19, 19, 0.0, 0.0, 0, null)]
    [InlineData("one of two", 20, 20, 0.0, 1e-3, 1, Severity.Warning)]
    [InlineData("both", 20, 20, 0.0, 0.0, 2, Severity.Error)]
    [InlineData("one, beside one that was measured too seldom", 20, 19, 0.0, 0.0, 1, Severity.Error)]
    [InlineData("one, beside one that goes back", 20, 20, 0.0, -1e-3, 1, Severity.Warning)]
    public void StandingStillIsCountedByWeight(string name, int first, int second, double one, double other, int still, Severity? expected)
    {
        var trace = Trace.Of(Metric.UpdateRatio, "a.weight", Enumerable.Repeat(one, first)).And(Trace.Of(Metric.UpdateRatio, "b.weight", Enumerable.Repeat(other, second)))
            .And(Trace.Of(Metric.GradientNorm, "a.weight", Enumerable.Repeat(1.0, first)));
        var finding = RuleVerifier.Run(new UnchangedWeights(new()), trace).SingleOrDefault();

        Assert.True((expected, still) == (finding?.Severity, finding?.Layers.Count ?? 0), $"{name}: {finding}");
    }

    /// <summary>Three quarters of the parameters may be frozen; one more may not, where the loss gets nowhere.</summary>
    [Theory]
    [InlineData("three quarters", 75, 25, 60, 2.0, false)]
    [InlineData("more", 76, 24, 60, 2.0, true)]
    [InlineData("all", 76, 0, 60, 2.0, true)]
    [InlineData("few steps", 76, 24, 19, 2.0, false)]
    [InlineData("as few steps as it takes", 76, 24, 20, 2.0, true)]
    [InlineData("a loss that falls by an eighth", 76, 24, 60, 1.75, false)]
    public void FrozenParametersAreToldByTheirShare(string name, long frozen, long trained, int steps, double later, bool isFound)
    {
        ParameterDescription Of(string layer, long count, bool isTrainable) =>
            new() { Name = layer + ".weight", LayerPath = layer, Role = ParameterRole.Weight, Shape = [1, count], Count = count, IsTrainable = isTrainable };
        var run = new RunDescription { Model = new ModelDescription { TypeName = "M", Layers = [], Parameters = [Of("body", frozen, false), Of("head", trained, true)] } };
        var trace = Trace.Of(Metric.UpdateRatio, "head.weight", Enumerable.Repeat(1e-3, steps)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => step == 0 ? 2 : later)));

        var finding = RuleVerifier.Run(new UnchangedWeights(new UnchangedWeightsOptions { MaximumFrozen = 0.75 }), trace, run).SingleOrDefault();

        Assert.True(isFound == (finding is not null), $"{name}: {finding}");
        Assert.True(finding is null || finding.Evidence[0].Value == frozen / (double)(frozen + trained), name);
    }

    /// <summary>A loss that falls to that of a constant answer gets nowhere either.</summary>
    [Theory]
    [InlineData(0.98, true)]
    [InlineData(0.9, false)]
    public void ALossNoBetterThanAConstantGetsNowhere(double share, bool isFound)
    {
        var model = Piece.Sequence(Piece.Linear(8, 8));
        var run = new RunDescription
        {
            Model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { IsTrainable = false })] },
            Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" },
        };
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => step == 0 ? 400 : 4 * (share + 0.0001))).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(2.0, 60)))
            .And(Trace.Of(Metric.UpdateRatio, "0.weight", Enumerable.Repeat(0.0, 60)));
        var early = Trace.Of(Metric.Loss, Enumerable.Repeat(4 * share, 60));

        Assert.Equal(isFound, RuleVerifier.Run(new UnchangedWeights(new()), trace.And(early.From(60)), run).Any(finding => finding.Causes[0].Cause == Cause.FrozenParameters));
    }

    public static TheoryData<string, Metric, double[], long, Cause, string> Breaks => new()
    {
        { "nothing known", Metric.Loss, [2, 2], 0, Cause.NumericOverflow, "Keep logarithms, divisions and roots inside their domain" },
        { "broken before the first step", Metric.Loss, [2, 2], 1, Cause.PoorInitialization, "Initialise the weights so that signals keep their size" },
        { "broken inputs", Metric.InputNonFiniteCount, [0, 1, 0], 0, Cause.CorruptData, "Remove or repair the samples whose values are NaN or infinite" },
        { "the gradient grew a hundredfold", Metric.GlobalGradientNorm, [2, 201, 2], 0, Cause.LearningRateTooHigh, "Multiply the learning rate by 0.1" },
        { "the gradient grew not quite a hundredfold", Metric.GlobalGradientNorm, [2, 200, 2], 0, Cause.NumericOverflow, "Keep logarithms, divisions and roots inside their domain" },
        { "a step of more than half of the weights", Metric.GlobalUpdateRatio, [0.1, 0.625, 0.1], 0, Cause.LearningRateTooHigh, "Multiply the learning rate by 0.1" },
        { "a step of half of the weights", Metric.GlobalUpdateRatio, [0.1, 0.5, 0.1], 0, Cause.NumericOverflow, "Keep logarithms, divisions and roots inside their domain" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void WhatBreaksWeightsIsToldByTheCircumstances(string name, Metric metric, double[] values, long initial, Cause cause, string remedy)
    {
        var model = Piece.Sequence(Piece.Linear(8, 8));
        model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { InitialNonFiniteCount = initial })] };
        var trace = Trace.Of(metric, values).And(Trace.Of(Metric.WeightNonFiniteCount, "0.weight", 0, 0, 3, 3));

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteWeights(new()), trace, new RunDescription { Model = model }));

        Assert.True((cause, 2L) == (finding.Causes[0].Cause, finding.FirstStep), $"{name}: {finding.Causes[0].Cause}");
        Assert.True(finding.Remedies[0].Title.ToString().StartsWith(remedy, StringComparison.Ordinal) && finding.Remedies.Any(found => found.Title.ToString() == "Resume from the weights of step 1"), $"{name}: {finding.Remedies[0].Title}");
        Assert.Equal(initial > 0, finding.Message.ToString().EndsWith("already before the first step: 0.weight.", StringComparison.Ordinal));
    }

    /// <summary>In a fine-tuning precision and labels come first, but for inputs that are broken themselves.</summary>
    [Theory]
    [InlineData(0, "Compute in bf16 instead of fp16")]
    [InlineData(1, "Remove or repair the samples whose values are NaN or infinite")]
    public void AFineTuningIsAskedForItsPrecision(double broken, string remedy)
    {
        var trace = Trace.Of(Metric.InputNonFiniteCount, 0, broken, 0).And(Trace.Of(Metric.WeightNonFiniteCount, "w", 0, 0, 3, 3));
        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteWeights(new()), trace, new RunDescription { Situation = new RunSituation { IsPretrained = true, Precision = "fp16" } }));

        Assert.Equal(remedy, finding.Remedies[0].Title.ToString());
        Assert.Contains(finding.Remedies, found => found.Title.ToString() == "Compute in bf16 instead of fp16");
    }

    /// <summary>A weight that has not moved yet is measured more often, until it moves or has stood still for long enough.</summary>
    [Theory]
    [InlineData(new[] { 0.0, 0, 0 }, 2)]
    [InlineData(new[] { 0.0, 0.5, 0 }, 0)]
    [InlineData(new[] { 0.5, 0, 0 }, -1)]
    [InlineData(new[] { 0.0, 0, 0, 0, 0 }, 2)]
    public void AWeightThatHasNotMovedYetIsInDoubt(double[] updates, long doubted)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Of([new UnchangedWeights(new UnchangedWeightsOptions { MinimumSteps = 4 })]), scopes);
        engine.Begin(new RunDescription());
        for (int step = 0; step < updates.Length; step++)
        {
            engine.Observe(new Measurement(step, Metric.UpdateRatio, scopes.Intern(ScopeKind.Parameter, "w"), updates[step]));
        }

        engine.Diagnose();
        Assert.Equal(doubted, engine.DoubtedStep);
    }

    [Fact]
    public void WhatIsBrokenFromTheFirstStepOnCannotBeResumed()
    {
        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteWeights(new()), Trace.Of(Metric.WeightNonFiniteCount, "w10", 1, 1).And(Trace.Of(Metric.WeightNonFiniteCount, "w2", 4, 4))));

        Assert.Equal(["w2", "w10"], finding.Layers);
        Assert.Equal((5, 1L), (finding.Evidence[0].Value, finding.LastStep));
        Assert.DoesNotContain(finding.Remedies, remedy => remedy.Title.ToString().StartsWith("Resume", StringComparison.Ordinal));
    }

    /// <summary>Infinities of a frozen mask are a hint while the loss is finite; a loss of a part of the run is no matter.</summary>
    [Theory]
    [InlineData("a finite loss", "", 1.0, false, Severity.Info)]
    [InlineData("no number", "", double.NaN, false, Severity.Error)]
    [InlineData("no number in a part of the run", "validation", double.NaN, false, Severity.Info)]
    [InlineData("a weight that is trained as well", "", 1.0, true, Severity.Error)]
    public void AFrozenMaskIsAHintWhileTheLossIsFinite(string name, string scope, double loss, bool hasTrained, Severity expected)
    {
        var trace = Trace.Of(Metric.WeightNonFiniteCount, "mask", 8, 8, 8).And(Trace.Of(Metric.Loss, scope, 2, loss, loss));
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "M",
                Layers = [],
                Parameters = [new ParameterDescription { Name = "mask", LayerPath = string.Empty, Role = ParameterRole.Other, Shape = [4, 4], Count = 16, IsTrainable = false }],
            },
        };

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteWeights(new()), hasTrained ? trace.And(Trace.Of(Metric.WeightNonFiniteCount, "w", 1, 1, 1)) : trace, run));

        Assert.True(expected == finding.Severity, $"{name}: {finding}");
    }

    [Fact]
    public void WeightsThatAreFiniteAgainHaveRecovered() =>
        Assert.Equal(2, Assert.Single(RuleVerifier.Run(new NonFiniteWeights(new()), Trace.Of(Metric.WeightNonFiniteCount, "w", 0, 2, 0, 0))).RecoveredAt);
}
