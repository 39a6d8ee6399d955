namespace TrainingDoctor.Reports.Runs;

/// <summary>Paths for systems that know files by their place in a repository: a job runs at its root.</summary>
internal static class RepositoryPath
{
    /// <summary>Returns a path with slashes, relative to the current folder where it lies below it: what stands above differs from machine to machine.</summary>
    /// <param name="path">The path.</param>
    public static string Of(string path)
    {
        if (Path.IsPathRooted(path))
        {
            string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
            path = Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        }

        return path.Replace('\\', '/');
    }
}
