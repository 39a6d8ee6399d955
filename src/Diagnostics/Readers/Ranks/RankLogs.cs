using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Ranks;

/// <summary>Finds logs that the ranks of one distributed run have written side by side: files or folders whose names differ by the number of the rank alone.</summary>
internal static partial class RankLogs
{
    /// <summary>Puts the logs of ranks together; all others stay as they are.</summary>
    /// <param name="found">The logs of a folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How to read.</param>
    public static IReadOnlyList<LogSource> Merge(IReadOnlyList<LogSource> found, string folder, LogReadOptions options)
    {
        var groups = found
            .Select((source, index) => (Source: source, Index: index, Key: KeyOf(Path.GetRelativePath(folder, source.Path))))
            .Where(log => log.Key is not null)
            .GroupBy(log => log.Key!.Value.Pattern)
            .Where(group => group.Count() > 1 && group.Select(log => log.Key!.Value.Rank).Distinct().Count() == group.Count())
            .ToList();
        var merged = new LogSource?[found.Count];
        found.ToArray().CopyTo(merged, 0);
        foreach (var group in groups)
        {
            var members = group.OrderBy(log => log.Key!.Value.Rank).Select(log => new RankLog(log.Key!.Value.Rank, log.Source)).ToList();
            foreach (var log in group)
            {
                merged[log.Index] = null;
            }

            string name = NameOf(group.Key, folder);
            string path = Path.GetFullPath(Path.Combine(folder, Path.GetDirectoryName(group.Key.Split('*')[0]) ?? string.Empty));
            merged[group.First().Index] = new LogSource(path, name, options, (LogReadOptions o) => new RankLogReader(members, path, name, o));
        }

        return [.. merged.OfType<LogSource>()];
    }

    /// <summary>Takes the number of the rank out of a path; null when it names none, or several.</summary>
    internal static (string Pattern, int Rank)? KeyOf(string path)
    {
        var matches = RankWord().Matches(path);
        return matches is [var match] && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int rank)
            ? (string.Concat(path.AsSpan(0, match.Groups["number"].Index), "*", path.AsSpan(match.Groups["number"].Index + match.Groups["number"].Length)), rank)
            : null;
    }

    [GeneratedRegex("(?<![A-Za-z0-9])rank[ _.=-]?(?<number>[0-9]{1,5})(?![0-9A-Za-z])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RankWord();

    /// <summary>Names the run by what is left of the file's name without the rank, or by its folder.</summary>
    private static string NameOf(string pattern, string folder)
    {
        string file = Path.GetFileName(pattern);
        string rest = RankMark().Replace(file.Contains('*', StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(file) : string.Empty, string.Empty).Trim(' ', '_', '.', '-', '=');
        return rest.Length > 0 ? rest : Path.GetFileName(Path.GetFullPath(Path.Combine(folder, Path.GetDirectoryName(pattern.Split('*')[0]) ?? string.Empty)).TrimEnd(Path.DirectorySeparatorChar));
    }

    [GeneratedRegex(@"rank[ _.=-]?\*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RankMark();
}

/// <summary>The log of one rank.</summary>
/// <param name="Rank">Its number.</param>
/// <param name="Source">The log.</param>
internal sealed record RankLog(int Rank, LogSource Source);
