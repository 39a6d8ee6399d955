using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

public sealed class StructureRulesTests
{
    private static readonly Trace Nothing = Trace.Of(Metric.Loss, []);

    [Theory]
    [InlineData(2, 0.577, ActivationKind.ReLU, null)]
    [InlineData(5, 0.577, ActivationKind.ReLU, Severity.Info)]
    [InlineData(14, 0.577, ActivationKind.ReLU, Severity.Warning)]
    [InlineData(30, 1.4142, ActivationKind.ReLU, null)]
    [InlineData(8, 6, ActivationKind.ReLU, Severity.Warning)]
    [InlineData(3, 1, ActivationKind.Tanh, null)]
    [InlineData(3, 9, ActivationKind.Tanh, Severity.Warning)]
    public void InitialisationIsJudgedByWhatIsLeftOfTheSignal(int depth, double gain, ActivationKind activation, Severity? expected)
    {
        var model = Stack(depth, gain, activation, normalized: false);

        Assert.Equal(expected, Run(new InitializationMismatch(new()), model).Select(finding => (Severity?)finding.Severity).Max());
        Assert.Empty(Run(new InitializationMismatch(new()), Stack(depth, gain, activation, normalized: true)));
    }

    [Theory]
    [InlineData(8, 0.577, ActivationKind.Sigmoid, Severity.Warning)]
    [InlineData(2, 0.577, ActivationKind.Sigmoid, null)]
    [InlineData(3, 1, ActivationKind.Tanh, null)]
    [InlineData(8, 0.577, ActivationKind.Tanh, Severity.Info)]
    [InlineData(12, 1.4142, ActivationKind.ReLU, null)]
    public void ADeepSaturatingStackIsJudgedByWhatIsLeftOfTheGradient(int depth, double gain, ActivationKind activation, Severity? expected)
    {
        var finding = Run(new DeepSaturatingStack(new()), Stack(depth, gain, activation, normalized: false)).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.True(finding is null || finding.Layers.Count == depth);
        Assert.Empty(Run(new DeepSaturatingStack(new()), Stack(depth, gain, activation, normalized: true)));
    }

    [Fact]
    public void NormalisationBesideASmoothActivationIsAHint()
    {
        var smooth = Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, Piece.Of(ActivationKind.GELU), Piece.Linear(8, 2));
        var rectified = Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, Piece.Of(ActivationKind.ReLU), Piece.Linear(8, 2));

        Assert.Equal(Severity.Info, Assert.Single(Run(new RedundantNormalization(new()), smooth)).Severity);
        Assert.Empty(Run(new RedundantNormalization(new()), rectified));
    }

    [Fact]
    public void DropoutIsJudgedByPlaceAndRate()
    {
        var rule = new MisplacedDropout(new());
        Piece relu = Piece.Of(ActivationKind.ReLU);

        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, relu, Piece.Dropout(0.5), Piece.Linear(8, 2))));
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8), relu, Piece.Linear(8, 2), Piece.Dropout(0.5)))).Severity);
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8), Piece.Dropout(0.5), Piece.BatchNorm, relu, Piece.Linear(8, 2)))).Severity);
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8), relu, Piece.Dropout(0.8), Piece.Linear(8, 2)))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8), relu, Piece.Dropout(1), Piece.Linear(8, 2)))).Severity);
    }

    [Fact]
    public void SoftmaxIsJudgedByPlaceUnitsAndDimension()
    {
        var rule = new MisplacedSoftmax(new());
        Piece softmax = Piece.Of(ActivationKind.Softmax, 1);
        var wrong = Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Softmax, 0));

        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 4), softmax)));
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 4), softmax, Piece.Linear(4, 2)))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 1), softmax))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, wrong, Trace.Of(Metric.RowSum, "1", 0.125, 0.125))).Severity);
        Assert.Empty(Run(rule, wrong, Trace.Of(Metric.RowSum, "1", 1.0, 1.0)));
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, wrong)).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.LogSoftmax, 0)), Trace.Of(Metric.RowSum, "1", -20.0))).Severity);
    }

    [Theory]
    [InlineData(4, 1.0, true)]
    [InlineData(16, 1.0, false)]
    [InlineData(2, 0.0, false)]
    public void BatchNormalisationNeedsMoreThanAFewValues(double values, double trainingMode, bool isIll)
    {
        var trace = Trace.Of(Metric.TrainingMode, "bn", trainingMode).And(Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Repeat(values, 10)));

        Assert.Equal(isIll, RuleVerifier.Run(new BatchNormTinyBatch(new()), trace).Any());
    }

    /// <summary>An image at a time is normalised by itself, over all its positions; what is validated is another network.</summary>
    [Theory]
    [InlineData("BatchNorm2d", 1, 0.0, true)]
    [InlineData("BatchNorm3d", 1, 0.0, true)]
    [InlineData("BatchNorm1d", 1, 0.0, false)]
    [InlineData("BatchNorm2d", 2, 0.0, false)]
    [InlineData("BatchNorm2d", 1, 1.0, false)]
    public void BatchNormalisationOfOneImageIsNoneOfABatch(string type, double batch, double validatedIn, bool isIll)
    {
        var trace = Trace.Of(Metric.TrainingMode, "bn", Enumerable.Repeat(1.0, 10)).And(Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Repeat(64.0, 10)))
            .And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(batch, 10))).And(Trace.Of(Metric.ValidationTrainingMode, "bn", validatedIn));
        var run = new RunDescription { Model = new ModelDescription { TypeName = "Net", Layers = [new LayerDescription { Path = "bn", TypeName = type, Kind = LayerKind.BatchNormalization }], Parameters = [] } };

        var findings = RuleVerifier.Run(new BatchNormTinyBatch(new()), trace, run);

        Assert.Equal(isIll, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal("Batch normalisation of one sample at a time", finding.Title.ToString()));
    }

    [Fact]
    public void AShortLastBatchIsNoFault()
    {
        Assert.Empty(RuleVerifier.Run(new BatchNormTinyBatch(new()), Trace.Of(Metric.NormalizationBatchSize, "bn", 32, 32, 32, 3, 32, 32, 32, 3, 32, 32, 32, 3)));
    }

    [Theory]
    [InlineData("sum", "Adam", 0.01, Severity.Info)]
    [InlineData("sum", "SGD", 0.1, Severity.Warning)]
    [InlineData("sum", "SGD", 1e-4, Severity.Info)]
    [InlineData("mean", "SGD", 0.1, null)]
    public void ASummedLossIsJudgedByTheStepThatItMakes(string reduction, string optimizer, double rate, Severity? expected)
    {
        var run = new RunDescription
        {
            Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss", Reduction = reduction },
            Optimizer = new OptimizerDescription { TypeName = optimizer },
        };
        var trace = Trace.Of(Metric.LearningRate, rate, rate).And(Trace.Of(Metric.BatchSize, 64, 64)).And(Trace.Of(Metric.Loss, 1, 1));

        Assert.Equal(expected, RuleVerifier.Run(new SumReducedLoss(new()), trace, run).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void LayersThatWereNeverRegisteredAreAnError()
    {
        var model = Piece.Sequence(Piece.Linear(8, 2)) with { Unregistered = [new UnregisteredMember("blocks[0]", "Linear", 4160)] };
        var target = Piece.Sequence(Piece.Linear(8, 2)) with { Unregistered = [new UnregisteredMember("targetNetwork", "Net", 4160)] };
        var rule = new UnregisteredParameters(new());

        Assert.Equal(Severity.Error, Assert.Single(Run(rule, model)).Severity);
        Assert.Equal(Severity.Info, Assert.Single(Run(rule, target)).Severity);
        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 2))));
    }

    [Theory]
    [InlineData(true, true, true, null)]
    [InlineData(false, false, false, Severity.Error)]
    [InlineData(false, false, true, Severity.Info)]
    [InlineData(true, true, false, Severity.Warning)]
    public void TheOptimizerMustHoldWhatIsTrainable(bool first, bool second, bool third, Severity? expected)
    {
        var held = new[] { first, second, third };
        var model = Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 2));
        model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { IsInOptimizer = held[parameter.LayerPath[0] - '0'] })] };

        Assert.Equal(expected, Run(new UnregisteredParameters(new()), model).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void ABodyThatIsFreshFromInitialisationIsNotFineTuned()
    {
        var model = Piece.Sequence(Piece.Linear(16, 16), Piece.Linear(16, 2));
        var parameters = model.Parameters.Select(parameter => parameter with { IsInOptimizer = parameter.LayerPath != "0", InitialAbsoluteMaximum = 0.999 / 4 });

        Assert.Equal(Severity.Warning, Assert.Single(Run(new UnregisteredParameters(new()), model with { Parameters = [.. parameters] })).Severity);
    }

    [Fact]
    public void EqualUnitsAreAnErrorWhereNothingTellsThemApart()
    {
        var rule = new SymmetricUnits(new());
        Piece relu = Piece.Of(ActivationKind.ReLU);
        Piece tanh = Piece.Of(ActivationKind.Tanh);

        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 8), relu, Piece.Linear(8, 2))));
        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 8), relu, Piece.Linear(8, 2, gain: 0, equalUnits: true))));
        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 2, gain: 0, equalUnits: true))));
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8, 0, true), tanh, Piece.Linear(8, 2, 0, true)))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8, 0, true), relu, Piece.Linear(8, 2)))).Severity);
        Assert.Equal(Severity.Info, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(8, 8, 0, true), tanh, Piece.Linear(8, 2)))).Severity);
    }

    /// <summary>Copies stay one unit however well it learns, unless biases or dropout tell them apart: then good training shows that the forecast was wrong.</summary>
    [Fact]
    public void UnitsThatNothingTellsApartAreAWarningEvenAfterGoodTraining()
    {
        Piece tanh = Piece.Of(ActivationKind.Tanh);
        var copies = Piece.Sequence(Piece.Linear(8, 8, 0, true), tanh, Piece.Linear(8, 8, 0, true), tanh, Piece.Linear(8, 2));
        var told = copies with { Parameters = [.. copies.Parameters.Select(parameter => parameter.Role == ParameterRole.Bias ? parameter with { InitialStandardDeviation = 0.1 } : parameter)] };
        var learning = Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(step => 2.3 * Math.Exp(-0.03 * step)));

        Assert.Equal(Severity.Warning, Run(new SymmetricUnits(new()), copies, learning).Max(finding => finding.Severity));
        Assert.Equal(Severity.Info, Run(new SymmetricUnits(new()), told, learning).Max(finding => finding.Severity));
    }

    /// <summary>A layer with one unit has no copies, and heads side by side do not feed each other.</summary>
    [Fact]
    public void WhatHasNoCopiesIsNotSymmetric()
    {
        var rule = new SymmetricUnits(new());

        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 1, 0, true), Piece.Of(ActivationKind.Tanh), Piece.Linear(1, 1, 0, true))));
        Assert.Empty(Run(rule, Piece.Custom(Piece.Linear(16, 3, 0, true), Piece.Linear(16, 5, 0, true))));
        Assert.Single(Run(rule, Piece.Custom(Piece.Linear(16, 3, 0, true), Piece.Linear(3, 5, 0, true))));
    }

    /// <summary>What was feared of the start was no illness where training goes well.</summary>
    [Theory]
    [InlineData(-0.02, Severity.Info)]
    [InlineData(0, Severity.Warning)]
    [InlineData(0.02, Severity.Warning)]
    public void AWideInitialisationIsJudgedByWhatComesOfIt(double slope, Severity expected)
    {
        var model = Piece.Sequence(Piece.Linear(784, 64, gain: 28), Piece.Of(ActivationKind.ReLU), Piece.Linear(64, 2));
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(step => 2.3 * Math.Exp(slope * step)));

        Assert.Equal(expected, Assert.Single(Run(new PoorInitialization(new()), model, trace)).Severity);
    }

    /// <summary>The end of a residual branch that starts at zero carries no signal on purpose.</summary>
    [Fact]
    public void ABranchThatStartsAtZeroIsNoBrokenChain()
    {
        Piece Zero() => Piece.Linear(8, 8, 0, true) is var piece ? piece with { Parameters = [piece.Parameters[0] with { InitialZeroFraction = 1 }, piece.Parameters[1]] } : piece;
        var model = Piece.Custom(Piece.Linear(8, 8), Piece.Linear(8, 8), Zero(), Piece.Linear(8, 2));
        var trace = Trace.Of(Metric.Loss, 1, 1);
        double[] spreads = [1, 0.8, 0, 1];
        for (int i = 0; i < spreads.Length; i++)
        {
            trace = trace.And(Trace.Of(Metric.CallOrder, $"{i}", (double)i)).And(Trace.Of(Metric.OutputStandardDeviation, $"{i}", 2 * spreads[i])).And(Trace.Of(Metric.BatchVariation, $"{i}", 0.5));
        }

        Assert.Empty(Run(new PoorInitialization(new()), model, trace));
    }

    [Fact]
    public void ParametersThatWereNeverWrittenAreAnError()
    {
        var rule = new PoorInitialization(new());
        var norm = new Piece(
            new LayerDescription { Path = string.Empty, TypeName = "GroupNorm", Kind = LayerKind.Normalization, IsLeaf = true },
            new ParameterDescription { Name = "weight", LayerPath = string.Empty, Role = ParameterRole.NormalizationScale, Shape = [8], Count = 8, InitialMean = 1, InitialAbsoluteMaximum = 1 });
        Piece With(Func<ParameterDescription, ParameterDescription> change) => norm with { Parameters = [change(norm.Parameters[0])] };

        Assert.Empty(Run(rule, Piece.Sequence(Piece.Linear(8, 8), norm, Piece.Linear(8, 2))));
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(With(p => p with { InitialDenormalCount = 1 })))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(With(p => p with { InitialAbsoluteMaximum = 1e32 })))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(Run(rule, Piece.Sequence(With(p => p with { InitialNonFiniteCount = 2 })))).Severity);
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(With(p => p with { InitialZeroFraction = 1 })))).Severity);
        Assert.Equal(Severity.Warning, Assert.Single(Run(rule, Piece.Sequence(Piece.Linear(784, 64, gain: 28), Piece.Of(ActivationKind.ReLU), Piece.Linear(64, 2)))).Severity);
    }

    [Theory]
    [InlineData(1, 0.8, 0.6, false)]
    [InlineData(1, 1e-3, 1e-6, true)]
    [InlineData(1, 100, 1e4, true)]
    public void TheFirstStepMustKeepTheSpreadOfTheSamples(double first, double second, double third, bool isIll)
    {
        var model = Piece.Custom(Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 2));
        var trace = Trace.Of(Metric.Loss, 1, 1);
        double[] spreads = [first, second, third, 1];
        for (int i = 0; i < spreads.Length; i++)
        {
            string layer = $"{i}";
            trace = trace.And(Trace.Of(Metric.CallOrder, layer, (double)i)).And(Trace.Of(Metric.OutputStandardDeviation, layer, 2 * spreads[i])).And(Trace.Of(Metric.BatchVariation, layer, 0.5));
        }

        Assert.Equal(isIll, Run(new PoorInitialization(new()), model, trace).Count > 0);
    }

    private static ModelDescription Stack(int depth, double gain, ActivationKind activation, bool normalized)
    {
        var pieces = new List<Piece>();
        for (int i = 0; i < depth; i++)
        {
            pieces.Add(Piece.Linear(64, 64, gain));
            if (normalized)
            {
                pieces.Add(Piece.BatchNorm);
            }

            pieces.Add(Piece.Of(activation));
        }

        return Piece.Sequence([.. pieces, Piece.Linear(64, 10)]);
    }

    private static IReadOnlyList<Finding> Run(Rule rule, ModelDescription model, Trace? trace = null) => RuleVerifier.Run(rule, trace ?? Nothing, new RunDescription { Model = model });
}
