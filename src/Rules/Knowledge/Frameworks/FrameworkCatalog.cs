using System.Text.Json;

namespace TrainingDoctor.Rules.Knowledge.Frameworks;

/// <summary>All frameworks that the doctor speaks, from one table.</summary>
public static class FrameworkCatalog
{
    /// <summary>What stands before a name that a log must not have.</summary>
    private const char Absent = '!';

    private static readonly Lazy<Table> Loaded = new(Load);

    /// <summary>Gets all frameworks, <c>unknown</c> among them.</summary>
    public static IReadOnlyList<Framework> All => Loaded.Value.Frameworks;

    /// <summary>Gets what each kind of change needs of a framework and a run; kinds that are not listed need nothing.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlySet<string>> Needs => Loaded.Value.Needs;

    /// <summary>Finds a framework.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>Null when there is none of this name.</returns>
    public static Framework? Find(string? name) => All.FirstOrDefault(framework => string.Equals(framework.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Gets the framework of a run: the one that is told, TorchSharp for what the monitor recorded, else <c>unknown</c>.</summary>
    /// <param name="run">The run.</param>
    public static Framework Of(RunDescription run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Find(run.Framework) ?? Find(run.Source) ?? Find(run.Log is null or { Format: "telemetry" } ? "torchsharp" : "unknown")!;
    }

    /// <summary>Recognises a framework by the columns of a log.</summary>
    /// <param name="columns">Their names as the log has them.</param>
    /// <returns>The one with the most telling set of columns; null when none is known.</returns>
    public static Framework? Recognize(IEnumerable<string> columns)
    {
        // Printed lines lose their apostrophes: "training's l2".
        var present = columns.SelectMany(column => new[] { column, column.Replace(" s ", "'s ", StringComparison.Ordinal) }).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (telling, most) = ((Framework?)null, 0);
        foreach (var framework in All)
        {
            foreach (var sign in framework.Signs)
            {
                if (sign.All(name => IsSo(name, present)) && Weigh(sign) is var weight && weight > most)
                {
                    (telling, most) = (framework, weight);
                }
            }
        }

        return telling;
    }

    /// <summary>A name is there, or, behind an exclamation mark, is not: names that another framework has too tell where the other's own are missing.</summary>
    private static bool IsSo(string name, HashSet<string> present) => name[0] == Absent ? !present.Contains(name[1..]) : present.Contains(name);

    /// <summary>A long name is seldom chosen twice by chance; short ones tell only together.</summary>
    private static int Weigh(IReadOnlyList<string> sign) => sign.Sum(name => name[0] == Absent ? 0 : name.Length);

    private static Table Load()
    {
        using var stream = typeof(FrameworkCatalog).Assembly.GetManifestResourceStream("TrainingDoctor.Rules.Knowledge.frameworks.json")!;
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var made = new Dictionary<string, Framework>();
        foreach (var entry in root.GetProperty("frameworks").EnumerateObject())
        {
            made.Add(entry.Name, Read(entry.Name, entry.Value, made));
        }

        return new Table([.. made.Values], root.GetProperty("needs").EnumerateObject().ToDictionary(need => need.Name, need => Words(need.Value)));
    }

    private static Framework Read(string name, JsonElement entry, Dictionary<string, Framework> made) => new()
    {
        Name = name,
        Title = entry.GetProperty("title").GetString()!,
        Language = entry.GetProperty("language").GetString()!,
        ReadFrom = entry.GetProperty("readFrom").GetString()!,
        Base = entry.TryGetProperty("base", out var other) ? made[other.GetString()!] : null,
        Offers = Words(entry.GetProperty("offers")),
        Signs = entry.TryGetProperty("signs", out var signs) ? [.. signs.EnumerateArray().Select(sign => sign.EnumerateArray().Select(word => word.GetString()!).ToList())] : [],
        Calls = entry.TryGetProperty("calls", out var calls) ? calls.EnumerateObject().ToDictionary(call => call.Name, call => ReadCall(call.Value)) : [],
        Snippets = entry.GetProperty("snippets").EnumerateObject().ToDictionary(snippet => snippet.Name, snippet => ReadSnippets(snippet.Value)),
    };

    private static FrameworkCall ReadCall(JsonElement call) => new(
        Text(call, "open"), Text(call, "separator") ?? ", ", Text(call, "close") ?? ")", Words(call.GetProperty("arguments")));

    private static IReadOnlyList<Snippet> ReadSnippets(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(ReadSnippets)],
        JsonValueKind.String => [new Snippet(null, value.GetString()!, null)],
        _ => [new Snippet(Text(value, "call"), Text(value, "text")!, Text(value, "then"))],
    };

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IReadOnlySet<string> Words(JsonElement array) => array.EnumerateArray().Select(word => word.GetString()!).ToHashSet();

    private sealed record Table(IReadOnlyList<Framework> Frameworks, IReadOnlyDictionary<string, IReadOnlySet<string>> Needs);
}
