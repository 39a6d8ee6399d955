using TrainingDoctor.Readers.Opening;

namespace TrainingDoctor.Monitoring;

/// <summary>The commit of the repository that a program runs in, read from its files: no process is started for it.</summary>
internal static class GitCommit
{
    /// <summary>Repositories of many branches pack megabytes of their names.</summary>
    private const int LargestFile = 16 << 20;

    /// <summary>Finds the commit.</summary>
    /// <param name="folder">The folder that the program runs in.</param>
    /// <returns>Null where it is in no repository, or that cannot be read.</returns>
    public static string? Of(string folder)
    {
        try
        {
            for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
            {
                string git = Path.Combine(place.FullName, ".git");
                if (Directory.Exists(git))
                {
                    return OfHead(git, git);
                }

                if (File.Exists(git))
                {
                    // A worktree names the folder that it belongs to, and that the one that all share.
                    string own = Path.GetFullPath(Read(git).Replace("gitdir:", string.Empty, StringComparison.Ordinal).Trim(), place.FullName);
                    string common = Path.Combine(own, "commondir");
                    return OfHead(own, File.Exists(common) ? Path.GetFullPath(Read(common).Trim(), own) : own);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException)
        {
            // That a training lies in no repository that can be read is no fault of it.
        }

        return null;
    }

    private static string? OfHead(string own, string common)
    {
        const string Reference = "ref:";
        string head = Read(Path.Combine(own, "HEAD")).Trim();
        if (!head.StartsWith(Reference, StringComparison.Ordinal))
        {
            return Checked(head);
        }

        string name = head[Reference.Length..].Trim();
        foreach (string folder in new[] { own, common })
        {
            string loose = Path.Combine(folder, name);
            if (File.Exists(loose))
            {
                return Checked(Read(loose).Trim());
            }
        }

        string packed = Path.Combine(common, "packed-refs");
        return File.Exists(packed) ? Checked(Read(packed).Split('\n').FirstOrDefault(line => line.TrimEnd().EndsWith(" " + name, StringComparison.Ordinal))?.Split(' ')[0]) : null;
    }

    private static string? Checked(string? commit) => commit is { Length: 40 or 64 } && commit.All(char.IsAsciiHexDigit) ? commit : null;

    private static string Read(string file) => SmallFile.Text(file, LargestFile) ?? string.Empty;
}
