using System.Globalization;

namespace TrainingDoctor.Reports.Runs;

/// <summary>What a run is called where builds are compared: the same in each build, and another for each run of a report.</summary>
internal static class RunIdentity
{
    /// <summary>Returns an identity for each run: its file, else its name; a live run that has no name of its own is called after its model, since its name holds the time.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<RunDescription> runs)
    {
        var taken = new HashSet<string>();
        return [.. runs.Select(run =>
        {
            string identity = Of(run);
            string free = identity;
            for (int number = 2; !taken.Add(free); number++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{identity}#{number}");
            }

            return free;
        })];
    }

    private static string Of(RunDescription run)
    {
        if (run.Path is { Length: > 0 } path)
        {
            return RepositoryPath.Of(path).TrimStart('/');
        }

        return run.Model is { } model && run.Name.StartsWith(model.TypeName + " ", StringComparison.Ordinal) ? model.TypeName : run.Name;
    }
}
