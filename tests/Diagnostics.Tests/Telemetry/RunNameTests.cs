using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>Runs that were given no name can be told apart all the same.</summary>
public sealed class RunNameTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 13, 14, 20, TimeSpan.Zero);

    [Theory]
    [InlineData("runs/lr.jsonl", "lr")]
    [InlineData("runs/lr.jsonl.gz", "lr")]
    [InlineData("runs/events/", "events")]
    [InlineData(null, "ShapeNet 13:14:20")]
    [InlineData("http://127.0.0.1:5173", "ShapeNet 13:14:20")]
    public void ALiveRunIsCalledAfterItsFileElseAfterModelAndTime(string? recordTo, string expected) => Assert.Equal(expected, RunName.Of(recordTo, "ShapeNet", Now));

    [Theory]
    [InlineData("ShapeNet", "bad")]
    [InlineData("ShapeNet 13:14:20", "bad")]
    [InlineData("my experiment", "my experiment")]
    [InlineData("ShapeNetwork", "ShapeNetwork")]
    public void ARecordingThatBearsItsModelsNameTakesItsFiles(string recorded, string expected)
    {
        var run = new RunDescription { Name = recorded, Path = "elsewhere/old.jsonl", Model = new ModelDescription { TypeName = "ShapeNet", Layers = [], Parameters = [] } };

        var placed = RunName.At(run, "runs/bad.jsonl");

        Assert.Equal((expected, "runs/bad.jsonl"), (placed.Name, placed.Path));
        Assert.Equal(run, RunName.At(run, "-"));
    }
}
