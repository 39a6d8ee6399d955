using System.Globalization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>Models that nobody would build: layers of all kinds in any order, most of them fitting each other, with sound and unsound parameters.</summary>
internal static class RandomModel
{
    private const int FewestLayers = 3;
    private const int MostLayers = 12;

    private static readonly long[] Widths = [1, 2, 10, 32, 100, 784];
    private static readonly double[] Gains = [Piece.DefaultGain, Piece.DefaultGain, Math.Sqrt(2), 0.02, 5];
    private static readonly ActivationKind[] Activations = Enum.GetValues<ActivationKind>();

    /// <summary>Draws a model.</summary>
    /// <param name="random">What it is drawn from.</param>
    /// <param name="paths">The paths of its first layers; further ones are numbered.</param>
    public static ModelDescription Draw(Random random, IReadOnlyList<string> paths)
    {
        int count = Math.Max(paths.Count, random.Next(FewestLayers, MostLayers + 1));
        long width = Widths[random.Next(Widths.Length)];
        var pieces = new List<Piece>();
        for (int layer = 0; layer < count; layer++)
        {
            var piece = DrawPiece(random, width);
            width = piece.Layer.OutputFeatures ?? width;
            pieces.Add(piece);
        }

        var model = random.Next(3) > 0 ? Piece.Sequence([.. pieces]) : Piece.Custom([.. pieces]);
        string Named(string path) => int.Parse(path, CultureInfo.InvariantCulture) is var at && at < paths.Count ? paths[at] : path;
        return model with
        {
            Layers = [.. model.Layers.Select(layer => layer with { Path = Named(layer.Path) })],
            Parameters = [.. model.Parameters.Select(parameter => Spoil(random, parameter with
            {
                LayerPath = Named(parameter.LayerPath),
                Name = Named(parameter.LayerPath) + parameter.Name[parameter.Name.LastIndexOf('.')..],
            }))],
            Unregistered = random.Next(10) == 0 ? [new UnregisteredMember("blocks", "List<Linear>", random.Next(3) * 100)] : [],
        };
    }

    private static Piece DrawPiece(Random random, long width)
    {
        long inputs = random.Next(20) == 0 ? width + 1 : width;
        long outputs = Widths[random.Next(Widths.Length)];
        return random.Next(12) switch
        {
            < 4 => Piece.Linear(inputs, outputs, Gains[random.Next(Gains.Length)], random.Next(15) == 0),
            4 => Piece.Convolution(inputs, outputs, 3, random.Next(4) == 0),
            5 => Piece.BatchNorm,
            6 => Piece.Dropout(random.Next(4) switch { 0 => 0, 1 => 0.1, 2 => 0.5, _ => 0.95 }),
            7 => Other(random, width),
            _ => Piece.Of(Activations[random.Next(Activations.Length)], random.Next(4) == 0 ? random.Next(3) : null),
        };
    }

    private static Piece Other(Random random, long width) => random.Next(7) switch
    {
        0 => Piece.Of(LayerKind.Normalization, "LayerNorm"),
        1 => Piece.Of(LayerKind.Recurrent, "LSTM"),
        2 => Piece.Of(LayerKind.Attention, "MultiheadAttention"),
        3 => Piece.Of(LayerKind.Embedding, "Embedding"),
        4 => Piece.Of(LayerKind.Pooling, "MaxPool2d"),
        5 => Piece.Of(LayerKind.Reshape, "Flatten"),
        _ => new Piece(Piece.Of(LayerKind.Other, "Custom").Layer with { InputFeatures = width, OutputFeatures = width }),
    };

    private static ParameterDescription Spoil(Random random, ParameterDescription parameter) => parameter with
    {
        DataType = random.Next(8) == 0 ? "bfloat16" : "float32",
        IsTrainable = random.Next(12) > 0,
        IsInOptimizer = random.Next(12) switch { 0 => false, < 6 => true, _ => null },
        InitialMean = random.Next(12) == 0 ? 3 * parameter.InitialStandardDeviation : 0,
        InitialZeroFraction = random.Next(15) == 0 ? 1 : 0,
        InitialNonFiniteCount = random.Next(25) == 0 ? 1 : 0,
        InitialDenormalCount = random.Next(25) == 0 ? parameter.Count / 2 : 0,
    };
}
