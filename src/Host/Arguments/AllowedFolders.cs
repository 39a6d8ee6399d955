using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Arguments;

/// <summary>The folders of which somebody else may have logs read, named when the server is started. What lies elsewhere is neither opened nor told of, links that lead out of them included.</summary>
internal sealed class AllowedFolders
{
    private const int LongestChain = 40;

    private readonly string[] _folders;
    private readonly string _option;

    /// <summary>Takes the folders.</summary>
    /// <param name="folders">The folders; each must exist.</param>
    /// <param name="option">What they were named with.</param>
    /// <exception cref="UsageException">One is missing.</exception>
    public AllowedFolders(IEnumerable<string> folders, string option = "--allow")
    {
        _option = option;
        _folders =
        [
            .. folders.Select(folder => folder.Length > 0 && Directory.Exists(folder)
                ? Real(Path.GetFullPath(folder))
                : throw new UsageException($"{option}: '{folder}' is no folder; expected one that exists.")),
        ];
    }

    /// <summary>Gets the folders, with links followed.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Finds a log. A relative path is looked for in each of the folders, since agents start servers anywhere.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="UsageException">The path is empty, leads out of the folders, or nothing is there.</exception>
    public string Find(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path == "-" || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UsageException($"'{path}' is no path of a log; expected a file or folder within {Names}.");
        }

        string[] candidates = [.. _folders.Select(folder => Path.GetFullPath(path, folder)).Distinct()];
        string[] allowed = [.. candidates.Where(IsAllowed)];
        return allowed.Length == 0 ? throw Refused(path)
            : allowed.FirstOrDefault(Path.Exists) ?? throw new UsageException($"'{path}': there is no such file or folder within {Names}.");
    }

    /// <summary>Keeps a reading within the folders: what leads out of them, a link or the folder above, is passed over.</summary>
    /// <param name="options">How to read.</param>
    public LogReadOptions Within(LogReadOptions options) => options with { MayRead = path => IsAllowed(Path.GetFullPath(path)) };

    /// <summary>Opens the logs at a path.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="UsageException">The path leads out of the folders.</exception>
    /// <exception cref="LogFormatException">Nothing there is a log.</exception>
    public IReadOnlyList<LogSource> Open(string path, LogReadOptions options) => LogOpener.Open(Find(path), Within(options));

    private string Names => string.Join(", ", _folders.Select(folder => $"'{folder}'"));

    private UsageException Refused(string path) => new($"'{path}' lies outside of the allowed folders {Names}; whoever starts the server names others with {_option}.");

    private bool IsAllowed(string path)
    {
        string real = Real(path);
        return _folders.Any(folder => real == folder || real.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison));
    }

    private static StringComparison Comparison => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Follows the links of every part of a path, not of its last one alone.</summary>
    private static string Real(string path)
    {
        string root = Path.GetPathRoot(path)!;
        string real = root;
        var parts = new Stack<string>(path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (int links = 0; parts.TryPop(out string? part);)
        {
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > LongestChain)
            {
                throw new UsageException($"'{path}' is a circle of links; expected a file or folder.");
            }

            string full = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(full)!;
            foreach (string step in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                parts.Push(step);
            }
        }

        return Path.TrimEndingDirectorySeparator(real);
    }
}
