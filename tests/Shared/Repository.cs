namespace TrainingDoctor.Tests;

/// <summary>Where the repository lies that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Gets the folder that holds Diagnostics.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Gets the folder of logs and cases that the maintainers keep beside the repository; null where it is absent.</summary>
    public static string? Shared { get; } = Path.Combine(Root, "..", "shared") is var path && Directory.Exists(path) ? Path.GetFullPath(path) : null;

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Diagnostics.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run below the folder that holds Diagnostics.sln.");
    }
}
