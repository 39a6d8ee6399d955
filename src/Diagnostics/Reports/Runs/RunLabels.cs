using System.Globalization;

namespace TrainingDoctor.Reports.Runs;

/// <summary>Names that tell the runs of one report apart: logs in different folders often have the same.</summary>
internal static class RunLabels
{
    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>Returns a name for each run that no other has: its own, with as many folders in front as it takes, else with a number behind.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<RunDescription> runs)
    {
        string[] labels = [.. runs.Select(run => run.Name)];
        foreach (var namesakes in Enumerable.Range(0, runs.Count).GroupBy(index => runs[index].Name).Where(group => group.Count() > 1).Select(group => group.ToList()))
        {
            var folders = namesakes.Select(index => FoldersOf(runs[index])).ToList();
            int depth = Enumerable.Range(1, folders.Max(names => names.Length) + 1).FirstOrDefault(count => folders.Select(names => Prefix(names, count)).Distinct().Count() == folders.Count);
            for (int i = 0; i < namesakes.Count; i++)
            {
                labels[namesakes[i]] = depth > 0 ? Prefix(folders[i], depth) + labels[namesakes[i]] : labels[namesakes[i]];
            }
        }

        return Numbered(labels);
    }

    /// <summary>Adds numbers where labels are still the same.</summary>
    private static string[] Numbered(string[] labels)
    {
        var taken = new HashSet<string>();
        return [.. labels.Select(label =>
        {
            string free = label;
            for (int number = 2; !taken.Add(free); number++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{label} ({number})");
            }

            return free;
        })];
    }

    /// <summary>Returns the names of the folders above a log, the nearest last; a run that is read from a folder is named after that folder.</summary>
    private static string[] FoldersOf(RunDescription run)
    {
        string[] names = run.Path?.Split(Separators, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return names.Length > 0 ? names[..^1] : names;
    }

    private static string Prefix(string[] folders, int count) => string.Concat(folders.TakeLast(count).Select(folder => folder + "/"));
}
