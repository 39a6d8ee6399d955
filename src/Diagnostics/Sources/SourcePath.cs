namespace TrainingDoctor.Sources;

/// <summary>Paths of source files, as people and code hosts know them.</summary>
internal static class SourcePath
{
    /// <summary>Returns a path relative to the root of its repository where that lies on this machine, otherwise as it is; always with slashes.</summary>
    /// <param name="path">The path that the compiler wrote down.</param>
    public static string Of(string path)
    {
        try
        {
            for (var folder = Path.IsPathRooted(path) ? Directory.GetParent(path) : null; folder is not null; folder = folder.Parent)
            {
                // A worktree has a file of that name, not a folder.
                string git = Path.Combine(folder.FullName, ".git");
                if (Directory.Exists(git) || File.Exists(git))
                {
                    return Path.GetRelativePath(folder.FullName, path).Replace('\\', '/');
                }
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A path of another machine or system: told as it is.
        }

        return path.Replace('\\', '/');
    }
}
