using System.Globalization;
using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>TD5007 and TD5008: initial weights at the limits of what is sound, and what stands around them that excuses them.</summary>
public sealed class InitialWeightLimitsTests
{
    private static readonly Piece Relu = Piece.Of(ActivationKind.ReLU);
    private static readonly Piece Tanh = Piece.Of(ActivationKind.Tanh);

    private static readonly ParameterDescription Sound = new()
    {
        Name = "weight",
        LayerPath = string.Empty,
        Role = ParameterRole.Other,
        Shape = [10, 10],
        Count = 100,
        FanIn = 16,
        InitialMean = 1,
        InitialStandardDeviation = 0.25,
        InitialAbsoluteMaximum = 1,
    };

    public static TheoryData<string, string, ParameterDescription, Severity?, string> Values => new()
    {
        { "sound", "Custom", Sound, null, string.Empty },
        { "no number", "Custom", Sound with { InitialNonFiniteCount = 1 }, Severity.Error, "initial_non_finite_count" },
        { "a million", "Custom", Sound with { InitialAbsoluteMaximum = 1e6 }, null, string.Empty },
        { "more than a million", "Custom", Sound with { InitialAbsoluteMaximum = 2e6 }, Severity.Error, "initial_absolute_maximum" },
        { "one denormal number of a hundred", "Custom", Sound with { InitialDenormalCount = 1 }, null, string.Empty },
        { "two of a hundred", "Custom", Sound with { InitialDenormalCount = 2 }, Severity.Warning, "initial_denormal_fraction" },
        { "one in a scale of normalisation", "Custom", Sound with { Role = ParameterRole.NormalizationScale, InitialDenormalCount = 1 }, Severity.Error, "initial_denormal_fraction" },
        { "one in a shift of normalisation", "Custom", Sound with { Role = ParameterRole.NormalizationShift, InitialDenormalCount = 1 }, Severity.Error, "initial_denormal_fraction" },
        { "a scale of zeros", "GroupNorm", Sound with { Role = ParameterRole.NormalizationScale, InitialZeroFraction = 1 }, Severity.Warning, "initial_zero_fraction" },
        { "a scale of zeros, but for one", "GroupNorm", Sound with { Role = ParameterRole.NormalizationScale, InitialZeroFraction = 0.99 }, null, string.Empty },
        { "a shift of zeros", "GroupNorm", Sound with { Role = ParameterRole.NormalizationShift, InitialZeroFraction = 1 }, null, string.Empty },
        { "a scale of zeros of another normalisation", "LayerNorm", Sound with { Role = ParameterRole.NormalizationScale, InitialZeroFraction = 1 }, null, string.Empty },
        { "a recurrent gain of two", "LSTM", Sound with { Role = ParameterRole.RecurrentState, InitialStandardDeviation = 0.5 }, null, string.Empty },
        { "a larger one", "LSTM", Sound with { Role = ParameterRole.RecurrentState, InitialStandardDeviation = 0.5625 }, Severity.Warning, "initial_gain" },
        { "a larger one that is frozen", "LSTM", Sound with { Role = ParameterRole.RecurrentState, InitialStandardDeviation = 0.5625, IsTrainable = false }, null, string.Empty },
        { "a larger one of inputs", "LSTM", Sound with { Role = ParameterRole.RecurrentInput, InitialStandardDeviation = 0.5625 }, null, string.Empty },
        { "a recurrent matrix of unknown fans", "LSTM", Sound with { Role = ParameterRole.RecurrentState, InitialStandardDeviation = 0.5625, FanIn = null }, null, string.Empty },
        { "a gain of ten", "Custom", Sound with { Role = ParameterRole.Weight, InitialStandardDeviation = 2.5 }, null, string.Empty },
        { "a larger gain", "Custom", Sound with { Role = ParameterRole.Weight, InitialStandardDeviation = 2.75 }, Severity.Warning, "initial_gain" },
        { "a larger gain that is frozen", "Custom", Sound with { Role = ParameterRole.Weight, InitialStandardDeviation = 2.75, IsTrainable = false }, null, string.Empty },
        { "a larger gain of unknown fans", "Custom", Sound with { Role = ParameterRole.Weight, InitialStandardDeviation = 2.75, FanIn = null }, null, string.Empty },
        { "nothing at all", "Custom", Sound with { Count = 0, InitialNonFiniteCount = 1 }, null, string.Empty },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void ParametersAreJudgedByTheirRole(string name, string type, ParameterDescription parameter, Severity? expected, string metric)
    {
        var piece = new Piece(new LayerDescription { Path = string.Empty, TypeName = type, Kind = LayerKind.Other, IsLeaf = true }, parameter);
        var finding = Initialization(Piece.Sequence(piece)).SingleOrDefault();

        Assert.True((expected, metric) == (finding?.Severity, finding?.Evidence[0].Metric ?? string.Empty), $"{name}: {finding?.Evidence[0]}");
        Assert.True(finding is null || finding.Confidence == (expected == Severity.Error ? 0.98 : 0.85), name);
        Assert.True(finding is null || finding.Values.ContainsKey("normalization") == parameter.Role is ParameterRole.NormalizationScale or ParameterRole.NormalizationShift, name);
    }

    public static TheoryData<string, ModelDescription, string[]> Scales => new()
    {
        { "narrow", Piece.Sequence(Piece.Linear(64, 64, 0.125), Relu, Piece.Linear(64, 2)), ["0"] },
        { "as narrow as may be", Piece.Sequence(Piece.Linear(64, 64, 0.25), Relu, Piece.Linear(64, 2)), [] },
        { "narrow, a normalisation behind", Piece.Sequence(Piece.Linear(64, 64, 0.125), Piece.BatchNorm, Relu, Piece.Linear(64, 2)), [] },
        { "narrow, a normalisation further behind", Piece.Sequence(Piece.Linear(64, 64, 0.125), Relu, Piece.BatchNorm, Piece.Linear(64, 2)), ["0"] },
        { "narrow at the end", Piece.Sequence(Piece.Linear(64, 64), Relu, Piece.Linear(64, 2, 0.125)), [] },
        { "zero", Piece.Sequence(Piece.Linear(64, 64, 0), Relu, Piece.Linear(64, 2)), [] },
        { "wide at the end", Piece.Sequence(Piece.Linear(64, 64), Relu, Piece.Linear(64, 2, 16)), ["2"] },
        { "wide, a normalisation behind", Piece.Sequence(Piece.Linear(64, 64, 16), Piece.Of(LayerKind.Normalization, "LayerNorm"), Relu, Piece.Linear(64, 2)), [] },
        { "wide and narrow", Piece.Sequence(Piece.Linear(64, 64, 16), Relu, Piece.Linear(64, 64, 0.125), Relu, Piece.Linear(64, 2)), ["0", "2"] },
    };

    [Theory]
    [MemberData(nameof(Scales))]
    public void ScalesAreJudgedByWhatStandsBehind(string name, ModelDescription model, string[] layers)
    {
        var findings = Initialization(model, options: new PoorInitializationOptions { MinimumGain = 0.25 });

        Assert.True(layers.SequenceEqual(findings.SelectMany(finding => finding.Layers)), $"{name}: {string.Join("; ", findings.SelectMany(finding => finding.Layers))}");
    }

    /// <summary>A parameter that belongs to no layer is named itself, and its scale is not judged.</summary>
    [Fact]
    public void AParameterWithoutALayerIsNamedItself()
    {
        var model = new ModelDescription { TypeName = "M", Layers = [], Parameters = [Sound with { Name = "scale", Role = ParameterRole.Weight, InitialStandardDeviation = 100 }, Sound with { Name = "shift", InitialNonFiniteCount = 1 }] };

        Assert.Equal(["shift"], Assert.Single(Initialization(model)).Layers);
    }

    /// <summary>Spreads of the samples by layer, in the order of calls; the last layer is the output.</summary>
    [Theory]
    [InlineData("kept", new[] { 1.0, 1, 1, 1 }, null)]
    [InlineData("an eighth in the last hidden layer", new[] { 1, 0.5, 0.125, 1 }, null)]
    [InlineData("less", new[] { 1, 0.5, 0.0625, 1 }, 0.0625)]
    [InlineData("eight times", new[] { 1, 4, 8.0, 1 }, null)]
    [InlineData("more", new[] { 1, 4, 16.0, 1 }, 16.0)]
    [InlineData("three layers", new[] { 1, 0.0625, 1 }, 0.0625)]
    [InlineData("two layers", new[] { 1, 0.0625 }, null)]
    [InlineData("less at the output", new[] { 1, 0.5, 0.5, 0.0001 }, null)]
    [InlineData("nothing at first", new[] { 0.0, 1, 1, 1 }, null)]
    [InlineData("beyond all numbers", new[] { double.PositiveInfinity, 1, 0.5, 0.0625, 1 }, 0.0625)]
    public void TheSpreadOfTheLastHiddenLayerIsHeldToTheFirst(string name, double[] spreads, double? ratio)
    {
        var finding = Initialization(
            Piece.Custom([.. spreads.Select(_ => Piece.Linear(8, 8))]), Spreads(spreads), new PoorInitializationOptions { MinimumSpreadRatio = 0.125, MaximumSpreadRatio = 8 }).SingleOrDefault();

        Assert.True(ratio == finding?.Evidence[0].Value, $"{name}: {finding?.Evidence[0]}");
        Assert.True(finding is null || (finding.Evidence[0].Layer, finding.Evidence[0].Limit) == ($"{spreads.Length - 2}", ratio < 1 ? 0.125 : 8), name);
    }

    [Theory]
    [InlineData("one saturating activation of four layers", 1, true)]
    [InlineData("two of four", 2, false)]
    public void StacksThatSaturateAreAnotherMatter(string name, int saturating, bool isFound)
    {
        Piece[] pieces = [.. Enumerable.Repeat(0, 4).Select(_ => Piece.Linear(8, 8)), .. Enumerable.Repeat(Tanh, saturating)];

        Assert.True(isFound == (Initialization(Piece.Custom(pieces), Spreads([1, 0.01, 0.00001, 1])).Count == 1), name);
    }

    /// <summary>Spreads of different steps are not held to each other.</summary>
    [Fact]
    public void SpreadsOfDifferentStepsAreNotCompared()
    {
        var model = Piece.Custom([.. Enumerable.Repeat(0, 4).Select(_ => Piece.Linear(8, 8))]);
        var trace = Trace.Of(Metric.Loss, 1, 1);
        for (int layer = 0; layer < 4; layer++)
        {
            trace = trace.And(Trace.Of(Metric.CallOrder, $"{layer}", [layer])).And(Trace.Of(Metric.OutputStandardDeviation, $"{layer}", layer == 2 ? 1e-6 : 1)).And(Trace.Of(Metric.BatchVariation, $"{layer}", 1.0).From(layer == 2 ? 1 : 0));
        }

        Assert.Empty(Initialization(model, trace));
    }

    private static Piece With(Piece piece, Func<ParameterDescription, ParameterDescription> change) => piece with { Parameters = [.. piece.Parameters.Select(change)] };

    private static Piece Zero(long inputs, long outputs) => Piece.Linear(inputs, outputs, 0, true);

    private static Piece Equal(long inputs, long outputs) => Piece.Linear(inputs, outputs, 0.5, true);

    private static ParameterDescription Biased(ParameterDescription parameter, double largest) =>
        parameter.Role == ParameterRole.Bias ? parameter with { InitialAbsoluteMaximum = largest, InitialStandardDeviation = largest } : parameter;

    public static TheoryData<string, ModelDescription, string?, string, Severity?> Units => new()
    {
        { "all layers constant", Piece.Sequence(Zero(8, 4), Relu, Zero(4, 2)), "copies", "0", Severity.Error },
        { "two of three feed the next", Piece.Sequence(Zero(8, 4), Relu, Zero(4, 3), Relu, Zero(3, 2)), "copies", "0, 2", Severity.Error },
        { "a kernel that is flattened", Piece.Sequence(With(Piece.Convolution(1, 4, 3), parameter => parameter with { InitialStandardDeviation = 0 }), Relu, Zero(36, 2)), "copies", "0", Severity.Error },
        { "the widths do not go into each other", Piece.Sequence(Zero(8, 4), Relu, Zero(5, 2)), null, string.Empty, null },
        { "a single layer", Piece.Sequence(Zero(8, 4)), null, string.Empty, null },
        { "a frozen layer, and one that is trained", Piece.Sequence(With(Zero(8, 4), parameter => parameter with { IsTrainable = false }), Relu, Zero(4, 2)), null, string.Empty, null },
        { "a layer of one axis", Piece.Sequence(Zero(8, 4), Relu, With(Zero(4, 2), parameter => parameter with { Shape = [4] })), null, string.Empty, null },
        { "zero before a rectifier", Piece.Sequence(Zero(8, 4), Relu, Piece.Linear(4, 2)), "silent", "0", Severity.Error },
        { "zero before a rectifier with a bound", Piece.Sequence(Zero(8, 4), Piece.Of(ActivationKind.ReLU6), Piece.Linear(4, 2)), "silent", "0", Severity.Error },
        { "zero, dropout and a rectifier", Piece.Sequence(Zero(8, 4), Piece.Dropout(0.5), Relu, Piece.Linear(4, 2)), "silent", "0", Severity.Error },
        { "zero without a bias", Piece.Sequence(Zero(8, 4) is var bare ? bare with { Parameters = [bare.Parameters[0]] } : null!, Relu, Piece.Linear(4, 2)), "silent", "0", Severity.Error },
        { "zero with a bias", Piece.Sequence(With(Zero(8, 4), parameter => Biased(parameter, 0.5)), Relu, Piece.Linear(4, 2)), "harmless", "0", Severity.Info },
        { "equal, not zero", Piece.Sequence(Equal(8, 4), Relu, Piece.Linear(4, 2)), "harmless", "0", Severity.Info },
        { "zero before a function with a slope", Piece.Sequence(Zero(8, 4), Tanh, Piece.Linear(4, 2)), "harmless", "0", Severity.Info },
        { "zero before normalisation", Piece.Sequence(Zero(8, 4), Piece.BatchNorm, Relu, Piece.Linear(4, 2)), "harmless", "0", Severity.Info },
        { "zero before a constant layer", Piece.Sequence(Zero(8, 4), Tanh, Zero(4, 4), Tanh, Piece.Linear(4, 2)), "copies", "0", Severity.Error },
        { "one unit", Piece.Sequence(Zero(8, 1), Tanh, Piece.Linear(1, 2)), null, string.Empty, null },
        { "frozen and equal", Piece.Sequence(With(Equal(8, 4), parameter => parameter with { IsTrainable = false }), Tanh, Piece.Linear(4, 2), Tanh, Piece.Linear(2, 2)), null, string.Empty, null },
    };

    [Theory]
    [MemberData(nameof(Units))]
    public void EqualUnitsAreJudgedByWhatTellsThemApart(string name, ModelDescription model, string? variant, string layers, Severity? expected)
    {
        var finding = Inspection.Of(new SymmetricUnits(new()), model).OrderByDescending(found => found.Severity).FirstOrDefault();

        Assert.True((variant, layers, expected) == (finding?.Variant, string.Join(", ", finding?.Layers ?? []), finding?.Severity), $"{name}: {finding?.Variant} {finding?.Severity}");
        Assert.True(finding is null || finding.Confidence == (expected == Severity.Error ? 0.98 : 0.7), name);
    }

    [Theory]
    [InlineData(ActivationKind.Tanh, "He", "Xavier")]
    [InlineData(ActivationKind.GELU, "Xavier", "He")]
    public void TheSchemeGoesWithTheActivation(ActivationKind activation, string not, string scheme)
    {
        string title = Assert.Single(Symmetry(Piece.Sequence(Equal(8, 4), Piece.Of(activation), Piece.Linear(4, 2)))).Remedies[0].Title.ToString();

        Assert.Contains(scheme, title, StringComparison.Ordinal);
        Assert.DoesNotContain(not, title, StringComparison.Ordinal);
    }

    /// <summary>After good training equal units are a hint, but for copies of linear layers that nothing tells apart.</summary>
    [Theory]
    [InlineData("copies that nothing tells apart", 0.0, false, false, Severity.Warning)]
    [InlineData("told apart by biases", 0.5, false, false, Severity.Info)]
    [InlineData("told apart by dropout", 0.0, true, false, Severity.Info)]
    [InlineData("copies of kernels", 0.0, false, true, Severity.Info)]
    public void GoodTrainingExcusesWhatCanBeToldApart(string name, double bias, bool drops, bool areKernels, Severity expected)
    {
        Piece Layer() => areKernels ? With(Piece.Convolution(8, 8, 1), parameter => parameter with { InitialStandardDeviation = 0, InitialAbsoluteMaximum = 0.5, HasEqualUnits = true }) : With(Zero(8, 8), parameter => Biased(parameter, bias));
        Piece[] pieces = [Layer(), Tanh, Layer(), Tanh, .. drops ? [Piece.Dropout(0.5)] : Array.Empty<Piece>(), Piece.Linear(8, 2)];

        Assert.True(expected == Symmetry(Piece.Sequence(pieces), Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 2.0 / (1 + step)))).Max(finding => finding.Severity), name);
    }

    [Fact]
    public void WithoutWeightsThereIsNothingToJudge()
    {
        Assert.NotNull(new SymmetricUnits(new()).WhyNotJudged(Inspection.View(Piece.Sequence(Relu))));
        Assert.Null(new SymmetricUnits(new()).WhyNotJudged(Inspection.View(Piece.Sequence(Piece.Linear(2, 2)))));
    }

    /// <summary>A spread is the product of the deviation of all outputs and the share of it that lies between samples, here another one in each layer.</summary>
    private static Trace Spreads(double[] spreads) => Enumerable.Range(0, spreads.Length).Reverse().Select(layer => Trace.Of(Metric.CallOrder, layer.ToString(CultureInfo.InvariantCulture), [layer])
        .And(Trace.Of(Metric.OutputStandardDeviation, layer.ToString(CultureInfo.InvariantCulture), spreads[layer] * (1 << layer)))
        .And(Trace.Of(Metric.BatchVariation, layer.ToString(CultureInfo.InvariantCulture), 1.0 / (1 << layer)))).Aggregate(Trace.Of(Metric.Loss, 1, 1), (one, next) => one.And(next));

    private static IReadOnlyList<Symptom> Initialization(ModelDescription model, Trace? trace = null, PoorInitializationOptions? options = null) =>
        Inspection.Of(new PoorInitialization(options ?? new()), model, trace);

    private static IReadOnlyList<Finding> Symmetry(ModelDescription model, Trace? trace = null) =>
        RuleVerifier.Run(new SymmetricUnits(new()), trace ?? Trace.Of(Metric.Loss, []), new RunDescription { Model = model });
}
