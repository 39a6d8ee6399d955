using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Scores reading alone: which logs are read, as how many runs, and with which first and last values of their losses.</summary>
internal sealed class ReadingScorer(TextWriter output)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly (string Role, Metric Metric)[] Compared = [("training-loss", Metric.Loss), ("validation-loss", Metric.ValidationLoss)];

    private readonly Tally _read = new();
    private readonly Tally _runs = new();
    private readonly Tally _series = new();

    /// <summary>Scores every labelled log below some folders, and reads every other one.</summary>
    /// <param name="folders">The folders, each with a <c>labels.json</c>, and further ones within.</param>
    /// <returns>Whether all is as labelled.</returns>
    public bool Run(IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            var labelled = new HashSet<string>(StringComparer.Ordinal);
            foreach (string labels in Directory.EnumerateFiles(folder, "labels.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                foreach (var label in JsonSerializer.Deserialize<List<ReadingLabel>>(File.ReadAllText(labels), Json)!)
                {
                    string path = Path.Combine(Path.GetDirectoryName(labels)!, label.File);
                    labelled.Add(Path.GetFullPath(path));
                    Score(path, label);
                }
            }

            foreach (string path in Unlabelled(folder))
            {
                if (!labelled.Contains(Path.GetFullPath(path)))
                {
                    Read(path);
                }
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"read {_read}; runs {_runs}; series {_series}"));
        return _read.IsFull && _runs.IsFull && _series.IsFull;
    }

    /// <summary>Collections keep their logs in folders below <c>unlabelled/FORMAT</c>: what stands there is one log, be it a file or a folder.</summary>
    private static IEnumerable<string> Unlabelled(string folder) =>
        Directory.EnumerateDirectories(folder, "unlabelled", SearchOption.AllDirectories).SelectMany(Entries).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Entries(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).SelectMany(entry => Directory.Exists(entry) && !Path.GetFileName(entry).Contains("__", StringComparison.Ordinal) ? Entries(entry) : [entry]);

    private ReadLog Read(string path)
    {
        var log = ReadLog.Of(path);
        _read.Add(log.Error is null);
        if (log.Error is not null)
        {
            output.WriteLine($"not read: {path}: {log.Error}");
        }

        return log;
    }

    private void Score(string path, ReadingLabel label)
    {
        var log = Read(path);
        if (log.Error is not null)
        {
            return;
        }

        if (label.Runs is { } runs)
        {
            _runs.Add(log.Runs == runs);
            if (log.Runs != runs)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"runs: {path}: {log.Runs} read, {runs} labelled: {ReadingReason.OfRuns(log, runs)}"));
            }
        }

        foreach (var (role, metric) in Compared)
        {
            var noted = label.Series.Where(series => series.Role == role && series.Count > 1).ToList();
            if (noted.Count > 0)
            {
                bool isRight = IsAnyOf(log, metric, noted);
                _series.Add(isRight);
                if (!isRight)
                {
                    output.WriteLine($"{role}: {path}: {Describe(log, metric)} read; labelled {string.Join(" or ", noted.Select(series => Describe(series.Name, Of(series))))}: {ReadingReason.Of(log, metric, noted, label)}");
                }
            }
        }
    }

    /// <summary>One of the labelled series must have been read, or the sum of all of them where a framework logs parts alone, or all of them where they are those of one run after the other.</summary>
    private static bool IsAnyOf(ReadLog log, Metric metric, List<LabelledSeries> noted)
    {
        var read = log.Series.Where(series => series.Key.Metric == metric).Select(series => series.Value).ToList();
        var sum = noted.Select(Of).Aggregate((one, other) => one.Plus(other));
        var joined = noted.Select(Of).Aggregate((one, other) => one.Then(other));
        return read.Exists(series => noted.Exists(label => series.Equals4(Of(label))) || series.Equals4(sum) || series.Equals4(joined));
    }

    private static ReadSeries Of(LabelledSeries series) => new(series.Count ?? 0, series.First ?? double.NaN, series.Last ?? double.NaN);

    private static string Describe(ReadLog log, Metric metric)
    {
        var read = log.Series.Where(series => series.Key.Metric == metric).Select(series => Describe(series.Key.Scope, series.Value)).ToList();
        return read.Count == 0 ? "nothing" : string.Join(" and ", read);
    }

    private static string Describe(string name, ReadSeries series) =>
        string.Create(CultureInfo.InvariantCulture, $"{(name.Length > 0 ? name + " " : string.Empty)}{series.Count} values, {series.First:g5} to {series.Last:g5}");

    private sealed class Tally
    {
        private int _right;
        private int _all;

        public bool IsFull => _right == _all;

        public void Add(bool isRight)
        {
            _all++;
            _right += isRight ? 1 : 0;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_right}/{_all}");
    }
}
