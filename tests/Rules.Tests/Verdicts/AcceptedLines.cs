namespace TrainingDoctor.Tests.Verdicts;

/// <summary>What was read once and accepted, line by line, so that whatever changes it is seen. Set TRAINDOCTOR_ACCEPT=1 to write it anew after a change that was meant.</summary>
internal static class AcceptedLines
{
    private const int MostShown = 3;

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Rules.Tests", "Verdicts", "Accepted");

    /// <summary>Holds lines against those that were accepted.</summary>
    /// <param name="name">The file's name, without ending.</param>
    /// <param name="lines">The lines of today.</param>
    /// <param name="whole">What stands behind a line, by its number.</param>
    public static void Check(string name, IReadOnlyList<string> lines, Func<int, string>? whole = null)
    {
        string path = Path.Combine(Folder, name + ".txt");
        if (TestEnvironment.Read("ACCEPT") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, string.Join('\n', [.. lines, string.Empty]));
        }

        string[] accepted = File.Exists(path) ? File.ReadAllLines(path) : [];
        var changed = Enumerable.Range(0, lines.Count).Where(at => at >= accepted.Length || accepted[at] != lines[at]).ToList();
        Assert.True(changed.Count == 0 && accepted.Length == lines.Count, $"{changed.Count} of {lines.Count} lines differ from the {accepted.Length} of {path}:\n" + string.Join('\n', changed.Take(MostShown).Select(at =>
            $"was {(at < accepted.Length ? accepted[at] : "not there")}\nis  {lines[at]}\n{whole?.Invoke(at)}")));
    }
}
