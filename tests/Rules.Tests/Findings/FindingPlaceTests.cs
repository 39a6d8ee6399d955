using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Tests.Triage;

namespace TrainingDoctor.Tests.Findings;

/// <summary>Which line of the program a finding points to.</summary>
public sealed class FindingPlaceTests
{
    private static readonly SourcePlace[] All =
    [
        Place(SourceRole.Attach, 1), Place(SourceRole.Step, 2), Place(SourceRole.Validation, 3), Place(SourceRole.Optimizer, 4), Place(SourceRole.Criterion, 5),
        Place(SourceRole.Layer, 6, "encoder"), Place(SourceRole.Layer, 7, "encoder.fc1"), Place(SourceRole.Model, 8), Place(SourceRole.Layer, 9, "head"),
    ];

    [Theory]
    [InlineData("TD5001", 4)]
    [InlineData("TD5002", 4)]
    [InlineData("TD5003", 4)]
    [InlineData("TD5006", 4)]
    [InlineData("TD5009", 4)]
    [InlineData("TD4003", 4)]
    [InlineData("TD7001", 5)]
    [InlineData("TD7009", 5)]
    [InlineData("TD1006", 5)]
    [InlineData("TD1008", 5)]
    [InlineData("TD1011", 5)]
    [InlineData("TD4008", 5)]
    [InlineData("TD6001", 3)]
    [InlineData("TD7003", 8)]
    [InlineData("TD4002", 2)]
    [InlineData("TD2001", 2)]
    public void ARulePointsToWhatItIsAbout(string rule, int line) => Assert.Equal(line, Line(SomeFinding.Of("F1", rule), All));

    /// <summary>Where that line is not known, the loop is pointed to, then where the monitor is attached; a structure is nothing of the loop's.</summary>
    [Theory]
    [InlineData("TD5001", SourceRole.Optimizer, 2)]
    [InlineData("TD7001", SourceRole.Criterion, 2)]
    [InlineData("TD6001", SourceRole.Validation, 2)]
    [InlineData("TD7003", SourceRole.Model, 1)]
    [InlineData("TD4002", SourceRole.Step, 1)]
    public void TheNextBestIsTaken(string rule, SourceRole missing, int line) => Assert.Equal(line, Line(SomeFinding.Of("F1", rule), [.. All.Where(place => place.What != missing)]));

    /// <summary>A parameter stands in its layer, a layer in what holds it; the first layer whose line is known is told.</summary>
    [Theory]
    [InlineData("TD2001", "encoder.fc1.weight", 7)]
    [InlineData("TD2001", "encoder.fc1", 7)]
    [InlineData("TD2001", "encoder.fc2.weight", 6)]
    [InlineData("TD2001", "encoder", 6)]
    [InlineData("TD2001", "encoderX", 2)]
    [InlineData("TD2001", "decoder.fc1", 2)]
    [InlineData("TD2001", "decoder.fc1 head", 9)]
    [InlineData("TD2001", "head encoder", 9)]
    [InlineData("TD7003", "head", 9)]
    [InlineData("TD5001", "head", 4)]
    [InlineData("TD7001", "head", 5)]
    [InlineData("TD6001", "head", 3)]
    public void ALayerIsFoundByItsPath(string rule, string layers, int line) => Assert.Equal(line, Line(SomeFinding.Of("F1", rule) with { Layers = layers.Split(' ') }, All));

    [Fact]
    public void WithoutPlacesThereIsNone()
    {
        Assert.Null(FindingPlace.Of(SomeFinding.Of("F1", "TD4002"), new RunDescription()));
        Assert.Null(Line(SomeFinding.Of("F1", "TD4002"), [Place(SourceRole.Model, 8), Place(SourceRole.Layer, 9, "head"), Place(SourceRole.Layer, 10)]));
    }

    private static int? Line(Finding finding, SourcePlace[] places) => FindingPlace.Of(finding, new RunDescription { Places = places })?.Line;

    private static SourcePlace Place(SourceRole role, int line, string? name = null) => new() { What = role, Name = name, File = "train.cs", Line = line };
}
