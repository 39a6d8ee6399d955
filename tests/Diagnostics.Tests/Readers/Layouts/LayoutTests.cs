namespace TrainingDoctor.Tests.Readers.Layouts;

/// <summary>Every layout below this folder is read as its maker meant it.</summary>
public sealed class LayoutTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Readers", "Layouts");

    private static IReadOnlyDictionary<string, Layout> All { get; } = Layout.Below(Folder).ToDictionary(layout => Path.GetRelativePath(Folder, layout.Log).Replace('\\', '/'));

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsReadAsMeant(string name)
    {
        var differences = All[name].Compare();
        Assert.True(differences.Count == 0, $"{name}: {string.Join("; ", differences)}");
    }
}
