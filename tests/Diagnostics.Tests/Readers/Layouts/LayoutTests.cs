namespace TrainingDoctor.Tests.Readers;

/// <summary>Every layout below this folder is read as its maker meant it.</summary>
public sealed class LayoutTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Readers", "Layouts");

    public static TheoryData<string> Names => [.. Layout.Below(Folder).Select(layout => Path.GetRelativePath(Folder, layout.Log).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsReadAsMeant(string name)
    {
        var differences = Layout.Below(Folder).Single(layout => Path.GetRelativePath(Folder, layout.Log).Replace('\\', '/') == name).Compare();
        Assert.True(differences.Count == 0, $"{name}: {string.Join("; ", differences)}");
    }
}
