namespace TrainingDoctor.Tests;

/// <summary>One file holds one idea; one that has grown beyond this length mostly holds two.</summary>
public class LengthTests
{
    private const int Most = 330;

    /// <summary>Files that are longer, each with the reason. What waits to be split goes from here when it is.</summary>
    private static readonly Dictionary<string, string> Longer = new()
    {
        ["Rules/Measurements/Metric.cs"] = "one enumeration: each metric with its sentence",
    };

    [Fact]
    public void NoFileIsLongerThanAnIdea() =>
        Faults.None(
            from top in new[] { (Folder: "src", Files: SourceFile.All), (Folder: "tests", Files: SourceFile.Tests) }
            from file in top.Files
            let lines = File.ReadLines(Path.Combine(Repository.Root, top.Folder, file.Path)).Count()
            where lines > Most && !Longer.ContainsKey(file.Path)
            select $"{top.Folder}/{file.Path} has {lines} lines: split it by idea, or say in {nameof(LengthTests)} why it is one");
}
