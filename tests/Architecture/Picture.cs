namespace TrainingDoctor.Tests;

/// <summary>The plan as a picture in Mermaid and as a table.</summary>
internal static class Picture
{
    private const string Rules = "Rules on …";

    /// <summary>Draws the rooms and their arrows. The rooms of rules, which have one shape, are one box; arrows that follow from others are left out.</summary>
    public static IEnumerable<string> Draw()
    {
        yield return "```mermaid";
        yield return "flowchart TD";
        foreach (string project in SourceFile.Projects)
        {
            yield return $"    subgraph {project}_[\"src/{project}\"]";
            foreach (var room in Plan.Rooms.Where(room => room.Project == project).Select(Box).Distinct())
            {
                yield return $"        {IdOf(room)}[\"{LabelOf(room)}\"]";
            }

            yield return "    end";
        }

        foreach (var (from, to) in Reduced())
        {
            yield return $"    {IdOf(from)} --> {IdOf(to)}";
        }

        foreach (var (from, to) in Plan.Between.Keys.Where(pair => pair != ("Host", "Rules")))
        {
            yield return $"    {from}_ ==> {to}_";
        }

        yield return "```";
    }

    /// <summary>Lists the rooms with what lives in each and what it may use.</summary>
    public static IEnumerable<string> List()
    {
        foreach (string project in SourceFile.Projects)
        {
            yield return $"**`src/{project}`**{Below(project)}";
            yield return string.Empty;
            yield return "| room | what lives here | may use |";
            yield return "|---|---|---|";
            foreach (var room in Plan.Rooms.Where(room => room.Project == project))
            {
                string uses = Plan.Families.Contains(room) ? "what rules are made of" : string.Join(", ", room.Uses.Where(used => !Plan.Families.Any(family => family.Name == used)).Select(LabelOf));
                yield return $"| {LabelOf(room.Name)} | {room.Holds} | {uses}{(room.Uses.Any(used => Plan.Families.Any(family => family.Name == used)) ? ", all rules" : string.Empty)} |";
            }

            yield return string.Empty;
        }

        yield return $"*What rules are made of*: {string.Join(", ", Plan.Families.First().Uses.Select(LabelOf))}.";
    }

    /// <summary>Lists the folders of tests that follow no room.</summary>
    public static IEnumerable<string> ListBeside() =>
        ["| folder | what it holds |", "|---|---|", .. Plan.Beside.Select(pair => $"| `tests/{pair.Key.Replace("/", ".Tests/", StringComparison.Ordinal)}` | {pair.Value} |")];

    private static string Below(string project) =>
        string.Concat(Plan.Between.Where(pair => pair.Key.From == project).Select(pair => $" May use of `src/{pair.Key.To}`: {string.Join(", ", pair.Value.Select(LabelOf))}."));

    /// <summary>The arrows that follow from no others: longer ways say the same.</summary>
    private static IEnumerable<(string From, string To)> Reduced()
    {
        var arrows = Plan.Rooms.SelectMany(room => room.Uses.Select(used => (From: Box(room), To: Box(Plan.Rooms.Single(other => other.Name == used))))).Where(arrow => arrow.From != arrow.To).Distinct().ToList();
        var next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return arrows.Where(arrow => !next[arrow.From].Any(between => between != arrow.To && Reaches(between, arrow.To)));

        bool Reaches(string from, string to) => next[from].Any(step => step == to || Reaches(step, to));
    }

    private static string Box(Room room) => Plan.Families.Contains(room) ? Rules : room.Name;

    private static string LabelOf(string room) => room == Rules ? string.Join("<br/>", ["Rules on", .. Plan.Families.Select(family => family.Label)]) : room.Split('/')[^1] is var label && !room.Contains('/', StringComparison.Ordinal) ? $"({label})" : label;

    private static string IdOf(string room) => room == Rules ? "Families" : room.Replace("/", string.Empty, StringComparison.Ordinal);
}
