using System.Globalization;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

public sealed class MissingNonlinearityTests
{
    [Fact]
    public void LinearLayersInARowAreReportedAndSeparatedOnesAreNot()
    {
        var ill = Piece.Sequence(Piece.Linear(8, 32), Piece.Dropout(0.2), Piece.Linear(32, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 2));
        var healthy = Piece.Sequence(Piece.Linear(8, 32), Piece.Of(ActivationKind.ReLU), Piece.Linear(32, 2));

        Assert.Equal(["0", "2"], Assert.Single(Run(ill)).Layers);
        Assert.Empty(Run(healthy));
    }

    [Fact]
    public void FactorisedAndDepthwiseLayersAreNoFault()
    {
        var factorised = Piece.Sequence(Piece.Linear(256, 8), Piece.Linear(8, 256), Piece.Of(ActivationKind.ReLU), Piece.Linear(256, 2));
        var depthwise = Piece.Sequence(Piece.Convolution(32, 32, 3, isDepthwise: true), Piece.Convolution(32, 64, 1), Piece.Of(ActivationKind.ReLU));

        Assert.Equal(Severity.Info, Assert.Single(Run(factorised)).Severity);
        Assert.Empty(Run(depthwise));
    }

    [Fact]
    public void CustomModelsAreJudgedByWhatWasHandedOn()
    {
        var model = Piece.Custom(Piece.Linear(8, 32), Piece.Linear(32, 32), Piece.Linear(32, 2));
        var order = Trace.Of(Metric.CallOrder, "0", 0.0).And(Trace.Of(Metric.CallOrder, "1", 1.0)).And(Trace.Of(Metric.CallOrder, "2", 2.0)).And(Trace.Of(Metric.Loss, 1, 1));

        Assert.Empty(Run(model, order));
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new MissingNonlinearity(new()), order, new RunDescription { Model = model }).Outcome);
        Assert.Equal(["1", "2"], Assert.Single(Run(model, order.And(Trace.Of(Metric.InputOrigin, "2", 1.0)))).Layers);
    }

    /// <summary>The parts of a Sequential that a custom module calls one by one are in its order, with functions between.</summary>
    [Fact]
    public void PartsOfASequentialThatAreCalledOneByOneAreNoChain()
    {
        var plain = Piece.Custom(Piece.Linear(32, 32), Piece.Linear(32, 32));
        var model = plain with
        {
            Layers =
            [
                new LayerDescription { Path = "blocks", TypeName = "Sequential", Kind = LayerKind.Container },
                .. plain.Layers.Select(layer => layer with { Path = $"blocks.{layer.Path}" }),
            ],
            Parameters = [.. plain.Parameters.Select(parameter => parameter with { Name = $"blocks.{parameter.Name}", LayerPath = $"blocks.{parameter.LayerPath}" })],
        };
        var called = Trace.Of(Metric.CallOrder, "blocks.0", 0.0).And(Trace.Of(Metric.CallOrder, "blocks.1", 1.0)).And(Trace.Of(Metric.InputOrigin, "(output)", 1.0)).And(Trace.Of(Metric.Loss, 1, 1));

        Assert.Single(Run(model));
        Assert.Empty(Run(model, called));
        Assert.Single(Run(model, called.And(Trace.Of(Metric.InputOrigin, "blocks.1", 0.0))));
    }

    /// <summary>An embedding that a program hands on to a predictor is compared as well.</summary>
    [Theory]
    [InlineData(false, false, null)]
    [InlineData(true, false, Severity.Info)]
    [InlineData(true, true, Severity.Warning)]
    public void PartsThatTheProgramCallsItselfAreNoChain(bool isCalledAsAWhole, bool areConvolutions, Severity? expected)
    {
        var plain = areConvolutions ? Piece.Custom(Piece.Convolution(32, 32, 3), Piece.Convolution(32, 32, 3)) : Piece.Custom(Piece.Linear(32, 32), Piece.Linear(32, 32));
        string[] parts = ["encoder", "predictor"];
        var model = plain with
        {
            Layers = [.. plain.Layers.Select((layer, index) => layer with { Path = $"{parts[index]}.0" })],
            Parameters = [.. plain.Parameters.Select(parameter => parameter with { Name = "w" + parameter.LayerPath, LayerPath = parts[int.Parse(parameter.LayerPath, CultureInfo.InvariantCulture)] + ".0" })],
        };
        var called = Trace.Of(Metric.CallOrder, "encoder.0", 0.0).And(Trace.Of(Metric.CallOrder, "predictor.0", 1.0)).And(Trace.Of(Metric.InputOrigin, "predictor.0", 0.0))
            .And(Trace.Of(Metric.OutputMean, "encoder.0", 0.1)).And(Trace.Of(Metric.Loss, 1, 1));

        Assert.Equal(expected, Run(model, isCalledAsAWhole ? called.And(Trace.Of(Metric.OutputMean, "(output)", 0.1)) : called).SingleOrDefault()?.Severity);
    }

    private static IReadOnlyList<Finding> Run(ModelDescription model, Trace? trace = null) =>
        RuleVerifier.Run(new MissingNonlinearity(new()), trace ?? Trace.Of(Metric.Loss, []), new RunDescription { Model = model });
}
