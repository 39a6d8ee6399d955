using System.Globalization;
using System.Text.Json;

namespace TrainingDoctor.Tests.Readers.Layouts;

/// <summary>
/// A small log in the layout of some framework or home-made program, with what a reader has to find in it: <c>NAME.expected.json</c> beside <c>NAME.csv</c>, <c>NAME.txt</c>, …, or the folder <c>NAME</c>.
/// <c>read</c>: whether it is a log at all; <c>runs</c>: the number of runs; <c>series</c>: by metric <c>count</c>, <c>first</c>, <c>last</c>, <c>firstStep</c>, <c>lastStep</c>, each optional, each a value or a
/// list of acceptable ones, all met by one run; <c>absent</c>: metrics that must have no values.
/// </summary>
internal sealed class Layout
{
    private const string Ending = ".expected.json";

    private readonly string _expected;

    private Layout(string expected, string log)
    {
        _expected = expected;
        Log = log;
    }

    /// <summary>Gets the file or folder with the log.</summary>
    public string Log { get; }

    /// <summary>Finds the layouts below a folder.</summary>
    public static IEnumerable<Layout> Below(string folder)
    {
        var logs = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsLog).ToLookup(path => Path.ChangeExtension(path, null), StringComparer.Ordinal);
        foreach (string expected in Directory.EnumerateFiles(folder, "*" + Ending, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string stem = expected[..^Ending.Length];
            yield return new Layout(expected, Directory.Exists(stem) ? stem : logs[stem].Single());
        }
    }

    /// <summary>Reads the log and compares it with what is expected.</summary>
    /// <returns>The differences; none when all is as expected.</returns>
    public IReadOnlyList<string> Compare()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(_expected));
        var expected = document.RootElement;
        bool isLog = !expected.TryGetProperty("read", out var read) || read.GetBoolean();
        List<ReadRun> runs;
        try
        {
            runs = ReadRun.OfPath(Log);
        }
        catch (TrainingDoctor.Readers.LogFormatException exception)
        {
            return isLog ? [$"not read: {exception.Message}"] : [];
        }

        if (!isLog)
        {
            return ["must not be read"];
        }

        var differences = new List<string>();
        if (expected.TryGetProperty("runs", out var count) && !IsOneOf(count, want => want.GetInt32() == runs.Count))
        {
            differences.Add($"{runs.Count} runs, expected {count}");
        }

        return [.. differences, .. runs.Select(run => Compare(run, expected)).MinBy(list => list.Count)!];
    }

    private static bool IsLog(string path) => Path.GetFileName(path) is var name && !name.EndsWith(Ending, StringComparison.Ordinal) && !name.EndsWith(".md", StringComparison.Ordinal);

    private static List<string> Compare(ReadRun run, JsonElement expected)
    {
        var differences = new List<string>();
        foreach (var series in Properties(expected, "series"))
        {
            if (!MetricCatalog.TryParse(series.Name, out var metric))
            {
                differences.Add($"{series.Name} is no metric");
                continue;
            }

            var curves = run.Series.Where(curve => curve.Key.Metric == metric).Select(curve => Compare(series, curve.Value)).ToList();
            differences.AddRange(curves.Count == 0 ? [$"{series.Name} missing"] : curves.MinBy(list => list.Count)!);
        }

        if (expected.TryGetProperty("absent", out var absent))
        {
            differences.AddRange(absent.EnumerateArray().Select(name => name.GetString()!).Where(name => run.Series.Keys.Any(key => MetricCatalog.NameOf(key.Metric) == name)).Select(name => $"{name} must be absent"));
        }

        return differences;
    }

    private static List<string> Compare(JsonProperty series, List<(long Step, double Value)> points)
    {
        var differences = new List<string>();
        Check("count", want => want.GetInt32() == points.Count, points.Count);
        Check("first", want => Same(points[0].Value, want), points[0].Value);
        Check("last", want => Same(points[^1].Value, want), points[^1].Value);
        Check("firstStep", want => want.GetInt64() == points[0].Step, points[0].Step);
        Check("lastStep", want => want.GetInt64() == points[^1].Step, points[^1].Step);
        return differences;

        void Check(string name, Predicate<JsonElement> fits, IFormattable found)
        {
            if (series.Value.TryGetProperty(name, out var want) && !IsOneOf(want, fits))
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{series.Name} {name} {found}, expected {want}"));
            }
        }
    }

    private static IEnumerable<JsonProperty> Properties(JsonElement expected, string name) => expected.TryGetProperty(name, out var found) ? found.EnumerateObject() : [];

    private static bool IsOneOf(JsonElement want, Predicate<JsonElement> fits) => want.ValueKind == JsonValueKind.Array ? want.EnumerateArray().Any(one => fits(one)) : fits(want);

    private static bool Same(double found, JsonElement want)
    {
        double value = want.ValueKind == JsonValueKind.String ? double.Parse(want.GetString()!, CultureInfo.InvariantCulture) : want.GetDouble();
        return found.Equals(value) || Math.Abs(found - value) <= 1e-4 * Math.Abs(value);
    }
}
