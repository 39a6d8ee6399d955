using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Finds out which event files are of one run.</summary>
internal static class EventFolders
{
    /// <summary>Groups the event files of one folder: those with the same tags are read as one log, unrelated ones apart.</summary>
    public static IEnumerable<LogSource> Group(DirectoryInfo folder, IEnumerable<FileInfo> files, LogReadOptions options)
    {
        var groups = new List<(List<string> Paths, HashSet<string> Tags)>();
        foreach (var file in files)
        {
            var tags = TagsOf(file.FullName, options);
            if (tags.Count == 0)
            {
                continue;
            }

            int same = groups.FindIndex(group => 2 * group.Tags.Count(tags.Contains) >= Math.Min(group.Tags.Count, tags.Count) && group.Tags.Any(tags.Contains));
            if (same < 0)
            {
                groups.Add(([file.FullName], tags));
            }
            else
            {
                groups[same].Paths.Add(file.FullName);
                groups[same].Tags.UnionWith(tags);
            }
        }

        foreach (var (paths, _) in groups)
        {
            string path = groups.Count == 1 ? folder.FullName : paths[0];
            yield return new LogSource(path, groups.Count == 1 ? folder.Name : Path.GetFileName(paths[0]), options, o => new TensorBoardReader(paths, LogInput.Open(paths[0], o), o));
        }
    }

    /// <summary>Joins what TensorBoard spreads over folders: <c>train</c> and <c>validation</c> of Keras, and the sub-folders of add_scalars.</summary>
    /// <returns>The names of the folders that were joined.</returns>
    public static HashSet<string> Find(DirectoryInfo folder, List<FileInfo> files, List<DirectoryInfo> folders, LogReadOptions options, List<LogSource> found)
    {
        var withEvents = folders.Select(child => (child.Name, Paths: EventsOf(child))).Where(child => child.Paths.Count > 0).ToList();
        var phases = withEvents.Where(child => RoleLexicon.PhaseOf(child.Name.ToLowerInvariant()) != ColumnPhase.Unknown).ToList();
        if (phases.Count > 1 && phases.Exists(child => RoleLexicon.PhaseOf(child.Name.ToLowerInvariant()) == ColumnPhase.Train))
        {
            found.Add(Join(folder, phases, options, (child, tag) => $"{child}/{tag}"));
            return [.. phases.Select(child => child.Name)];
        }

        var series = withEvents.Where(child => TagsOf(child.Paths[0], options) is { Count: 1 } tags && StartsWithTag(child.Name, tags.First())).ToList();
        if (series.Count > 0)
        {
            var own = files.Where(LogFolder.IsEvents).Select(file => file.FullName).ToList();
            found.RemoveAll(source => source.Path == folder.FullName);
            found.Add(Join(folder, own.Count > 0 ? [.. series, (string.Empty, own)] : series, options, SeriesName));
            return [.. series.Select(child => child.Name)];
        }

        return [];
    }

    private static bool StartsWithTag(string folder, string tag) => folder.StartsWith(tag.Replace('/', '_').Replace(' ', '_') + "_", StringComparison.Ordinal);

    private static string SeriesName(string folder, string tag) =>
        folder.Length > tag.Length + 1 && StartsWithTag(folder, tag) ? $"{tag}/{folder[(tag.Length + 1)..]}" : tag;

    private static LogSource Join(DirectoryInfo folder, List<(string Name, List<string> Paths)> children, LogReadOptions options, Func<string, string, string> rename) =>
        new(folder.FullName, folder.Name, options, o => new MergedRowReader(
            [.. children.Select(child => new MergedPart(new TensorBoardReader(child.Paths, LogInput.Open(child.Paths[0], o), o with { Parallelism = 1 }), tag => rename(child.Name, tag)))],
            new LogFacts { Format = "tensorboard" }));

    private static List<string> EventsOf(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFiles("*tfevents*").Where(file => file.Length > 0).Select(file => file.FullName).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static HashSet<string> TagsOf(string path, LogReadOptions options)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var reader = new TensorBoardReader([path], LogInput.Open(path, options), options);
            foreach (var batch in reader.Read(CancellationToken.None).Take(1))
            {
                for (int id = 0; id < reader.Facts.Columns.Count && batch.RowCount > 0; id++)
                {
                    if (reader.Facts.Columns[id].Given is null)
                    {
                        tags.Add(reader.Facts.Columns[id].Name);
                    }
                }
            }
        }
        catch (LogFormatException)
        {
            // A pointer or an empty file is no run.
        }

        return tags;
    }
}
