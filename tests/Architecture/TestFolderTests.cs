namespace TrainingDoctor.Tests;

/// <summary>A test stands in the room of what it tests; what follows no room stands in <see cref="Plan.Beside"/>.</summary>
public class TestFolderTests
{
    private const string Suffix = "Tests";

    private static readonly ILookup<string, string> FoldersOfTypes = SourceFile.All.SelectMany(file => file.Types.Select(type => (Key: $"{file.Path.Split('/')[0]}:{NameOf(type)}", Folder: FolderOf(file))))
        .ToLookup(pair => pair.Key, pair => pair.Folder);

    [Fact]
    public void FoldersOfTestsAreRooms()
    {
        var rooms = Plan.Rooms.Select(room => room.Name).Concat(Plan.Beside.Keys).ToHashSet();
        Faults.None(SourceFile.Tests.Where(file => !rooms.Contains(RoomOf(file))).Select(file => $"{file.Path}: no room has this name, and the plan has no such folder of tests"));
    }

    [Fact]
    public void FoldersBesideTheRoomsHoldTests()
    {
        var used = SourceFile.Tests.Select(RoomOf).ToHashSet();
        Assert.DoesNotContain(Plan.Beside.Keys, folder => !used.Contains(folder));
        Assert.Empty(Plan.Beside.Keys.Intersect(Plan.Rooms.Select(room => room.Name)));
    }

    [Fact]
    public void TestsOfATypeStandOnItsShelf() =>
        Faults.None(
            from file in SourceFile.Tests
            from type in file.Types.Select(NameOf)
            where type.EndsWith(Suffix, StringComparison.Ordinal)
            let folders = FoldersOfTypes[$"{ProjectOf(file)}:{type[..^Suffix.Length]}"]
            where folders.Any() && !folders.Contains(FolderOf(file))
            select $"{file.Path}: what it is named after stands in {string.Join(" and ", folders)}");

    [Fact]
    public void NamespacesOfTestsAreFolders() =>
        Faults.None(
            from file in SourceFile.Tests
            let expected = string.Join('.', ["TrainingDoctor.Tests", .. file.Path.Split('/')[1..^1]])
            where file.Namespace is { } space && space != expected
            select $"{file.Path}: {file.Namespace} instead of {expected}");

    private static string ProjectOf(SourceFile file) => file.Path.Split('/')[0].Split('.')[0];

    private static string RoomOf(SourceFile file) => Room.NameOf(InSource(file));

    private static string FolderOf(SourceFile file) => InSource(file) is var path ? path[..path.LastIndexOf('/')] : string.Empty;

    /// <summary>The place that a file of tests would have in the sources.</summary>
    private static string InSource(SourceFile file) => $"{ProjectOf(file)}{file.Path[file.Path.IndexOf('/', StringComparison.Ordinal)..]}";

    private static string NameOf(string type) => type[(type.LastIndexOf('.') + 1)..].Split('`')[0];
}
