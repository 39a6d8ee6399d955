using TrainingDoctor.Differences;

namespace TrainingDoctor.Tests.Differences;

public sealed class RunSettingsTests
{
    [Fact]
    public void ALayerPutInIsOneDifference()
    {
        var settings = RunSettings.Between([With("Linear", "ReLU", "Linear")], With("Linear", "ReLU", "Dropout", "Linear"));

        var layer = Assert.Single(settings);
        Assert.Equal(("layer 2", "none", "Dropout", Stage.Structure), (layer.Name, layer.Good, layer.Bad, layer.Stage));
    }

    [Fact]
    public void ALayerExchangedIsOneDifference()
    {
        var layer = Assert.Single(RunSettings.Between([With("Linear", "ReLU", "Linear")], With("Linear", "Sigmoid", "Linear")));

        Assert.Equal(("layer 1", "ReLU", "Sigmoid"), (layer.Name, layer.Good, layer.Bad));
    }

    [Fact]
    public void InitialDeviationsDifferByMoreThanChance()
    {
        var differences = RunSettings.Between([Parameters(0.05)], Parameters(0.5));

        var difference = Assert.Single(differences);
        Assert.Equal((Stage.Initialization, "0.05", "0.5"), (difference.Stage, difference.Good, difference.Bad));
        Assert.Empty(RunSettings.Between([Parameters(0.05)], Parameters(0.052)));
    }

    [Fact]
    public void WhatAnyGoodRunHasIsNoDifference()
    {
        static RunDescription Rate(double rate) => new() { Optimizer = new OptimizerDescription { TypeName = "Adam", LearningRates = [rate] } };

        Assert.Empty(RunSettings.Between([Rate(0.1), Rate(0.01)], Rate(0.01)));
        Assert.Equal("0.1 or 0.01", Assert.Single(RunSettings.Between([Rate(0.1), Rate(0.01)], Rate(1))).Good);
    }

    [Fact]
    public void WhatIsKnownOfOneRunAloneIsNoDifference() => Assert.Empty(RunSettings.Between([new RunDescription()], With("Linear")));

    private static RunDescription With(params string[] layers) => new()
    {
        Model = new ModelDescription
        {
            TypeName = "Net",
            Layers = [.. layers.Select((type, index) => new LayerDescription { Path = $"{index}", TypeName = type, Kind = LayerKind.Other, IsLeaf = true })],
            Parameters = [],
        },
    };

    private static RunDescription Parameters(double deviation) => new()
    {
        Model = new ModelDescription
        {
            TypeName = "Net",
            Layers = [],
            Parameters = [new ParameterDescription { Name = "0.weight", LayerPath = "0", Role = ParameterRole.Weight, Shape = [64, 64], Count = 4096, InitialStandardDeviation = deviation }],
        },
    };
}
