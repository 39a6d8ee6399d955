using System.Globalization;

namespace TrainingDoctor.Tests.Structure;

/// <summary>A layer of a made-up model with its parameters.</summary>
internal sealed record Piece(LayerDescription Layer, params ParameterDescription[] Parameters)
{
    /// <summary>The gain of torch's default initialisation of Linear and Conv.</summary>
    public static readonly double DefaultGain = Math.Sqrt(1.0 / 3);

    public static Piece Linear(long inputs, long outputs, double? gain = null, bool equalUnits = false) => new(
        new LayerDescription { Path = string.Empty, TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true, InputFeatures = inputs, OutputFeatures = outputs, HasBias = true },
        Weight([outputs, inputs], inputs, outputs, gain ?? DefaultGain, equalUnits),
        new ParameterDescription { Name = "bias", LayerPath = string.Empty, Role = ParameterRole.Bias, Shape = [outputs], Count = outputs });

    public static Piece Convolution(long inputs, long outputs, long kernel, bool isDepthwise = false) => new(
        new LayerDescription { Path = string.Empty, TypeName = "Conv2d", Kind = LayerKind.Convolution, IsLeaf = true, InputFeatures = inputs, OutputFeatures = outputs },
        Weight([outputs, isDepthwise ? 1 : inputs, kernel, kernel], (isDepthwise ? 1 : inputs) * kernel * kernel, outputs * kernel * kernel, DefaultGain, false));

    public static Piece Of(ActivationKind activation, long? dimension = null) => new(
        new LayerDescription { Path = string.Empty, TypeName = activation.ToString(), Kind = LayerKind.Activation, Activation = activation, IsLeaf = true, Dimension = dimension });

    public static Piece Of(LayerKind kind, string typeName, double? dropout = null) =>
        new(new LayerDescription { Path = string.Empty, TypeName = typeName, Kind = kind, IsLeaf = true, DropoutRate = dropout });

    public static Piece BatchNorm => Of(LayerKind.BatchNormalization, "BatchNorm1d");

    public static Piece Dropout(double rate) => Of(LayerKind.Dropout, "Dropout", rate);

    /// <summary>A model that runs its pieces in order, as one Sequential.</summary>
    public static ModelDescription Sequence(params Piece[] pieces) => Model(true, pieces);

    /// <summary>A custom model, of which the order of execution is not known.</summary>
    public static ModelDescription Custom(params Piece[] pieces) => Model(false, pieces);

    private static ModelDescription Model(bool isSequential, Piece[] pieces)
    {
        var named = pieces.Select((piece, index) => (Path: index.ToString(CultureInfo.InvariantCulture), piece)).ToList();
        return new ModelDescription
        {
            TypeName = isSequential ? "Sequential" : "Net",
            IsSequential = isSequential,
            Layers = [.. named.Select(item => item.piece.Layer with { Path = item.Path })],
            Parameters = [.. named.SelectMany(item => item.piece.Parameters.Select(parameter => parameter with { Name = $"{item.Path}.{parameter.Name}", LayerPath = item.Path }))],
        };
    }

    private static ParameterDescription Weight(long[] shape, long fanIn, long fanOut, double gain, bool equalUnits) => new()
    {
        Name = "weight",
        LayerPath = string.Empty,
        Role = ParameterRole.Weight,
        Shape = shape,
        Count = shape.Aggregate(1L, (a, b) => a * b),
        FanIn = fanIn,
        FanOut = fanOut,
        InitialStandardDeviation = gain / Math.Sqrt(fanIn),
        InitialAbsoluteMaximum = 3 * gain / Math.Sqrt(fanIn),
        HasEqualUnits = equalUnits,
    };
}
