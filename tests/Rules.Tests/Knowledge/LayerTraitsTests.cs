using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>Which layers and activations share a trait, each of them held against the list.</summary>
public sealed class LayerTraitsTests
{
    [Fact]
    public void KindsOfLayersHaveTheirTraits()
    {
        Assert.Equal([LayerKind.Linear, LayerKind.Convolution, LayerKind.TransposedConvolution], Kinds(layer => layer.IsWeighted()));
        Assert.Equal([LayerKind.BatchNormalization, LayerKind.Normalization], Kinds(layer => layer.IsNormalization()));
        Assert.Equal([LayerKind.BatchNormalization, LayerKind.Dropout, LayerKind.Reshape], Kinds(layer => layer.IsTransparent()));
    }

    [Fact]
    public void ActivationsHaveTheirTraits()
    {
        Assert.Equal([ActivationKind.Softsign, ActivationKind.Sigmoid, ActivationKind.Hardsigmoid, ActivationKind.Tanh, ActivationKind.Hardtanh], Enum.GetValues<ActivationKind>().Where(LayerTraits.IsSaturating));
        Assert.Equal(
            [
                ActivationKind.ReLU, ActivationKind.ReLU6, ActivationKind.LeakyReLU, ActivationKind.PReLU, ActivationKind.RReLU, ActivationKind.ELU, ActivationKind.CELU, ActivationKind.GELU, ActivationKind.SiLU, ActivationKind.Mish,
                ActivationKind.Hardswish, ActivationKind.Softplus,
            ],
            Enum.GetValues<ActivationKind>().Where(LayerTraits.IsRectifier));
        Assert.Equal([ActivationKind.GELU, ActivationKind.SiLU, ActivationKind.Mish], Enum.GetValues<ActivationKind>().Where(LayerTraits.IsSmoothGate));
        Assert.Equal([ActivationKind.Softmax, ActivationKind.LogSoftmax], Enum.GetValues<ActivationKind>().Where(activation => Layer(LayerKind.Activation, activation).IsSoftmax()));
        Assert.Equal([ActivationKind.Identity], Enum.GetValues<ActivationKind>().Where(activation => Layer(LayerKind.Activation, activation).IsTransparent()));
        Assert.Equal(["xavier", "he"], new[] { ActivationKind.Tanh, ActivationKind.ReLU }.Select(activation => LayerTraits.SchemeFor(activation)));
    }

    /// <summary>The mean of some numbers is a linear map, the largest of them is none.</summary>
    [Theory]
    [InlineData(LayerKind.Pooling, "AvgPool2d", true)]
    [InlineData(LayerKind.Pooling, "MaxPool2d", false)]
    [InlineData(LayerKind.Other, "AvgPool2d", false)]
    public void APoolingOfMeansIsTransparent(LayerKind kind, string type, bool isTransparent) => Assert.Equal(isTransparent, (Layer(kind) with { TypeName = type }).IsTransparent());

    private static IEnumerable<LayerKind> Kinds(Func<LayerDescription, bool> has) => Enum.GetValues<LayerKind>().Where(kind => has(Layer(kind)));

    private static LayerDescription Layer(LayerKind kind, ActivationKind? activation = null) => new() { Path = "0", TypeName = "Layer", Kind = kind, Activation = activation };
}
