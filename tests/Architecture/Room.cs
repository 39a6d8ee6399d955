namespace TrainingDoctor.Tests;

/// <summary>A room of the house: a folder below <c>src/Rules</c>, <c>src/Diagnostics</c> or <c>src/Host</c>, or the files that lie in one of these themselves. Folders within a room are its shelves.</summary>
/// <param name="Name">The folder, as <c>Diagnostics/Probes</c>.</param>
/// <param name="Holds">What lives in it, one sentence.</param>
/// <param name="Uses">The rooms whose types it may use.</param>
internal sealed record Room(string Name, string Holds, params string[] Uses)
{
    /// <summary>Gets the project that the room belongs to.</summary>
    public string Project => Name.Split('/')[0];

    /// <summary>Gets the name within the project; that of the project for files that lie in no folder.</summary>
    public string Label => Name.Contains('/', StringComparison.Ordinal) ? Name[(Project.Length + 1)..] : Name;

    /// <summary>Tells the room of a file.</summary>
    /// <param name="file">The file, below <c>src</c>, with forward slashes.</param>
    public static string NameOf(string file) => file.Split('/') is { Length: > 2 } parts ? $"{parts[0]}/{parts[1]}" : file.Split('/')[0];
}
