using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7006, TD7008 and TD7010 place by place: what stands before and behind dropout, softmax and normalisation decides whether it is a fault.</summary>
public sealed class PlacesOfLayersTests
{
    private static readonly Piece Relu = Piece.Of(ActivationKind.ReLU);
    private static readonly Piece Gelu = Piece.Of(ActivationKind.GELU);
    private static readonly Piece Softmax = Piece.Of(ActivationKind.Softmax, 1);
    private static readonly Piece Drop = Piece.Dropout(0.25);
    private static readonly Piece Flatten = Piece.Of(LayerKind.Reshape, "Flatten");

    public static TheoryData<string, ModelDescription, string> Dropouts => new()
    {
        { "behind a rectifier at the end", Piece.Sequence(Piece.Linear(8, 4), Relu, Drop), string.Empty },
        { "behind the last layer", Piece.Sequence(Piece.Linear(8, 4), Drop), "after-output 1" },
        { "behind a softmax", Piece.Sequence(Piece.Linear(8, 4), Softmax, Drop), "after-output 2" },
        { "behind a sigmoid", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Sigmoid), Drop), "after-output 2" },
        { "behind a tanh", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Tanh), Drop), string.Empty },
        { "before the output function", Piece.Sequence(Piece.Linear(8, 4), Drop, Softmax), "after-output 1" },
        { "before a reshape", Piece.Sequence(Piece.Linear(8, 4), Drop, Flatten), "after-output 1" },
        { "behind a reshape", Piece.Sequence(Piece.Linear(8, 4), Flatten, Drop), "after-output 2" },
        { "twice", Piece.Sequence(Piece.Linear(8, 4), Drop, Drop), "after-output 1; after-output 2" },
        { "before pooling", Piece.Sequence(Piece.Linear(8, 4), Drop, Piece.Of(LayerKind.Pooling, "AvgPool1d")), string.Empty },
        { "before a layer with weights", Piece.Sequence(Piece.Linear(8, 4), Drop, Piece.Linear(4, 2)), string.Empty },
        { "without weights before", Piece.Sequence(Drop, Relu), string.Empty },
        { "behind a recurrent layer", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(LayerKind.Recurrent, "LSTM"), Drop), string.Empty },
        { "of a rate of zero", Piece.Sequence(Piece.Linear(8, 4), Piece.Dropout(0)), string.Empty },
        { "of no rate", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(LayerKind.Dropout, "Dropout")), string.Empty },
        { "before a batch normalisation", Piece.Sequence(Piece.Linear(8, 8), Drop, Piece.BatchNorm, Relu, Piece.Linear(8, 2)), "before-normalization 1" },
        { "before another normalisation", Piece.Sequence(Piece.Linear(8, 8), Drop, Piece.Of(LayerKind.Normalization, "LayerNorm"), Relu, Piece.Linear(8, 2)), string.Empty },
        { "before a function and a batch normalisation", Piece.Sequence(Piece.Linear(8, 8), Drop, Relu, Piece.BatchNorm, Piece.Linear(8, 2)), string.Empty },
        { "behind the last layer of a part", Custom(Piece.Linear(8, 4), Drop), string.Empty },
        { "at rates around three quarters", Piece.Sequence(Piece.Dropout(0.75), Piece.Linear(8, 8), Relu, Piece.Dropout(0.7), Piece.Dropout(0.99), Piece.Linear(8, 2)), "high-rate 0; high-rate 4" },
    };

    [Theory]
    [MemberData(nameof(Dropouts))]
    public void DropoutIsJudgedByWhatStandsAroundIt(string name, ModelDescription model, string expected)
    {
        var symptoms = Inspection.Of(new MisplacedDropout(new MisplacedDropoutOptions { MaximumRate = 0.75 }), model);

        Assert.True(expected == Told(symptoms), $"{name}: {Told(symptoms)}");
        Assert.All(symptoms, symptom => Assert.Equal((Severity.Warning, symptom.Variant switch { "high-rate" => 0.75, "after-output" => 0, _ => null }), (symptom.Severity, symptom.Evidence[0].Limit)));
    }

    public static TheoryData<string, ModelDescription, string> Softmaxes => new()
    {
        { "at the end", Piece.Sequence(Piece.Linear(8, 4), Softmax), string.Empty },
        { "on a hidden layer", Piece.Sequence(Piece.Linear(8, 4), Softmax, Relu, Piece.Linear(4, 4), Piece.Linear(4, 2)), "hidden 1" },
        { "its logarithm on a hidden layer", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.LogSoftmax, 1), Piece.Linear(4, 2)), string.Empty },
        { "before a recurrent layer", Piece.Sequence(Piece.Linear(8, 4), Softmax, Piece.Of(LayerKind.Recurrent, "LSTM")), string.Empty },
        { "another function on a hidden layer", Piece.Sequence(Piece.Linear(8, 4), Relu, Piece.Linear(4, 2)), string.Empty },
        { "over one unit", Piece.Sequence(Piece.Linear(8, 1), Softmax), "one-unit 1" },
        { "over one unit, the last dimension", Piece.Sequence(Piece.Linear(8, 1), Piece.Of(ActivationKind.Softmax, -1)), "one-unit 1" },
        { "over one unit, a dimension that is not known", Piece.Sequence(Piece.Linear(8, 1), Piece.Of(ActivationKind.LogSoftmax)), "one-unit 1" },
        { "over places of one unit", Piece.Sequence(Piece.Linear(8, 1), Piece.Of(ActivationKind.Softmax, 2)), string.Empty },
        { "over one unit behind functions and dropout", Piece.Sequence(Piece.Linear(8, 1), Relu, Drop, Piece.Of(LayerKind.Other, "Identity"), Softmax), "one-unit 4" },
        { "over one unit that is reshaped", Piece.Sequence(Piece.Linear(8, 1), Flatten, Softmax), string.Empty },
        { "over one channel", Piece.Sequence(Piece.Convolution(8, 1, 3), Softmax), string.Empty },
        { "over two units", Piece.Sequence(Piece.Linear(8, 1), Relu, Piece.Linear(1, 2), Softmax), string.Empty },
        { "first of all", Piece.Sequence(Softmax), string.Empty },
        { "over the samples", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Softmax, 0)), "wrong-dimension 1" },
        { "over the samples of a part", Custom(Piece.Linear(8, 4), Piece.Of(ActivationKind.Softmax, 0)), string.Empty },
    };

    [Theory]
    [MemberData(nameof(Softmaxes))]
    public void SoftmaxIsJudgedByWhatStandsAroundIt(string name, ModelDescription model, string expected) =>
        Assert.True(expected == Told(Inspection.Of(new MisplacedSoftmax(new()), model)), $"{name}: {Told(Inspection.Of(new MisplacedSoftmax(new()), model))}");

    [Fact]
    public void TheLayersBehindASoftmaxAreCounted()
    {
        var evidence = Inspection.Of(new MisplacedSoftmax(new()), Piece.Sequence(Piece.Linear(8, 4), Softmax, Piece.Linear(4, 4), Relu, Piece.Linear(4, 2)))[0].Evidence[0];

        Assert.Equal((2, "2"), (evidence.Value, evidence.Layer));
    }

    /// <summary>Rows of a softmax over the classes sum to 1; what differs by more than a half is another sum. Without rows it is judged at the end, the third moment, alone.</summary>
    [Theory]
    [InlineData(ActivationKind.Softmax, 1.5, 2, null)]
    [InlineData(ActivationKind.Softmax, 1.75, 2, Severity.Error)]
    [InlineData(ActivationKind.Softmax, 0.25, 1, Severity.Error)]
    [InlineData(ActivationKind.Softmax, 0.5, 2, null)]
    [InlineData(ActivationKind.LogSoftmax, 1.0, 2, Severity.Error)]
    [InlineData(ActivationKind.Softmax, null, 2, Severity.Warning)]
    [InlineData(ActivationKind.Softmax, null, 1, null)]
    [InlineData(ActivationKind.Softmax, null, 0, null)]
    public void SoftmaxOverTheSamplesIsProvenByItsRows(ActivationKind activation, double? sum, int moment, Severity? expected)
    {
        var rows = sum is { } first ? Trace.Of(Metric.RowSum, "1", first, 1) : null;
        var symptom = Inspection.Of(new MisplacedSoftmax(new MisplacedSoftmaxOptions { RowSumTolerance = 0.5 }), Piece.Sequence(Piece.Linear(8, 4), Piece.Of(activation, 0)), rows, null, (StructureMoment)moment).SingleOrDefault();

        Assert.Equal(expected, symptom?.Severity);
        Assert.True(symptom is null || symptom.Confidence == (expected == Severity.Error ? 0.98 : 0.85));
        Assert.True(symptom is null || symptom.Evidence[0].Value == (sum ?? 0));
    }

    /// <summary>What the loss compares are shares over the samples, in five looks and more; a module that works on them is told by its own rows.</summary>
    [Theory]
    [InlineData("shares over the samples", 1, 0, 5, null, true)]
    [InlineData("their logarithms", 2, 0, 5, null, true)]
    [InlineData("four looks", 1, 0, 4, null, false)]
    [InlineData("once no shares", 0, 0, 5, null, false)]
    [InlineData("once over the classes", 1, 1, 5, null, false)]
    [InlineData("a module over the samples", 1, 0, 5, 0, false)]
    [InlineData("a module over the classes", 1, 0, 5, 1, true)]
    public void SoftmaxOverTheSamplesIsSeenInWhatIsCompared(string name, double form, double dimension, int looks, int? module, bool isFound)
    {
        Piece[] pieces = module is { } over ? [Piece.Linear(8, 4), Piece.Of(ActivationKind.Softmax, over)] : [Piece.Linear(8, 4)];
        var trace = Trace.Of(Metric.ComparedForm, [.. Enumerable.Repeat(1.0, looks - 1), form]).And(Trace.Of(Metric.ComparedDimension, [.. Enumerable.Repeat(0.0, looks - 1), dimension]));
        var symptoms = Inspection.Of(new MisplacedSoftmax(new()), Piece.Custom(pieces), trace);

        Assert.True(isFound == (symptoms.Count == 1), $"{name}: {Told(symptoms)}");
        Assert.All(symptoms, symptom => Assert.Equal(("over-samples", 5, 4L), (symptom.Variant, symptom.Values["count"], symptom.Evidence[0].Step)));
    }

    [Fact]
    public void ASoftmaxThatIsOnlySeenInWhatIsComparedHasItsWords()
    {
        var trace = Trace.Of(Metric.ComparedForm, 1, 1, 1, 1, 1).And(Trace.Of(Metric.ComparedDimension, 0, 0, 0, 0, 0));
        var finding = Assert.Single(RuleVerifier.Run(new MisplacedSoftmax(new()), trace, new RunDescription { Model = Piece.Custom(Piece.Linear(8, 4)) }));

        Assert.StartsWith("In all 5 steps that were looked at, the outputs that are compared, or their exponentials, sum to 1 over dimension 0", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal("Apply softmax over the dimension of the classes", finding.Remedies[0].Title.ToString());
    }

    public static TheoryData<string, ModelDescription, string> Normalizations => new()
    {
        { "before a smooth function", Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, Gelu, Piece.Linear(8, 2)), " 1" },
        { "behind one", Piece.Sequence(Piece.Linear(8, 8), Gelu, Piece.BatchNorm, Piece.Linear(8, 2)), " 2" },
        { "on both sides", Piece.Sequence(Piece.BatchNorm, Gelu, Piece.BatchNorm), " 0; 2" },
        { "beside a rectifier", Piece.Sequence(Piece.BatchNorm, Relu, Piece.BatchNorm), string.Empty },
        { "apart", Piece.Sequence(Piece.BatchNorm, Piece.Linear(8, 8), Gelu), string.Empty },
        { "another normalisation", Piece.Sequence(Piece.Of(LayerKind.Normalization, "LayerNorm"), Gelu), string.Empty },
        { "two in a row", Piece.Sequence(Piece.BatchNorm, Piece.BatchNorm), string.Empty },
    };

    [Theory]
    [MemberData(nameof(Normalizations))]
    public void BatchNormalisationStandsBesideASmoothFunction(string name, ModelDescription model, string expected)
    {
        string told = Told(Inspection.Of(new RedundantNormalization(new()), model));

        Assert.True(expected.Replace("; ", ";  ", StringComparison.Ordinal) == told, $"{name}: {told}");
    }

    private static string Told(IEnumerable<Symptom> symptoms) => string.Join("; ", symptoms.Select(symptom => $"{symptom.Variant} {string.Join(' ', symptom.Layers)}"));

    /// <summary>A Sequential within a custom model, whose output is not known.</summary>
    private static ModelDescription Custom(params Piece[] pieces)
    {
        var plain = Piece.Custom(pieces);
        return plain with
        {
            Layers = [new LayerDescription { Path = "part", TypeName = "Sequential", Kind = LayerKind.Container }, .. plain.Layers.Select(layer => layer with { Path = "part." + layer.Path })],
            Parameters = [.. plain.Parameters.Select(parameter => parameter with { Name = "part." + parameter.Name, LayerPath = "part." + parameter.LayerPath })],
        };
    }
}
