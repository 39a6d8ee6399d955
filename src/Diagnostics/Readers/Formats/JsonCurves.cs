using System.Globalization;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// The lists of numbers in a JSON document, each under its path: puts those side by side that belong to one run, and those of several runs (folds, models, phases of fine-tuning) one behind the other.
/// </summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class JsonCurves(LogFacts facts)
{
    /// <summary>Values kept of a document; what lies beyond is left out.</summary>
    public const int MaximumValues = 4_000_000;

    /// <summary>How many times as many values one list must have for another to be taken for one of rarer events.</summary>
    private const int RarerBy = 3;

    private static readonly HashSet<string> StepNames = new(StringComparer.OrdinalIgnoreCase) { "x", "step", "steps", "iter", "iters", "iterations", "epoch", "epochs" };

    private static readonly HashSet<string> ValueNames = new(StringComparer.OrdinalIgnoreCase) { "y", "value", "values", "data" };

    private readonly Dictionary<string, Curve> _curves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _names = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Gets a value indicating whether there is none.</summary>
    public bool IsEmpty => _curves.Count == 0;

    /// <summary>Gets the length of the longest.</summary>
    public int Longest => _curves.Values.Select(curve => curve.Values.Count).DefaultIfEmpty().Max();

    /// <summary>Gets the names of the columns of rows that are lists, as pandas' <c>orient="split"</c> writes them.</summary>
    public IReadOnlyList<string>? NamesOfRows => _names.Count == 0 ? null : _names.FirstOrDefault(item => LastOf(item.Key) == "columns").Value;

    /// <summary>Tells whether a property says where values stand.</summary>
    public static bool IsNameOfPlaces(string name) => StepNames.Contains(name);

    /// <summary>Tells whether a property holds the values of a series.</summary>
    public static bool IsNameOfValues(string name) => ValueNames.Contains(name);

    /// <summary>Names the phase that a list of rows is of, with a slash behind it; empty when its path tells none.</summary>
    public static string PhaseOf(string path) => ColumnName.Words(LastOf(path)).Select(RoleLexicon.PhaseOf).FirstOrDefault(phase => phase != ColumnPhase.Unknown) switch
    {
        ColumnPhase.Train => "train/",
        ColumnPhase.Validation => "val/",
        ColumnPhase.Test => "test/",
        _ => string.Empty,
    };

    /// <summary>Gets the part of a path that tells runs apart: what stands before the first name of a phase or a metric.</summary>
    public static string RunOf(string path)
    {
        int end = 0;
        while (end < path.Length)
        {
            int slash = path.IndexOf('/', end);
            string part = slash < 0 ? path[end..] : path[end..slash];
            if (ColumnClassifier.Classify(part).Kind != RoleKind.None || ColumnName.Words(part).Exists(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown))
            {
                break;
            }

            end = slash < 0 ? path.Length : slash + 1;
        }

        return path[..end].TrimEnd('/');
    }

    /// <summary>Appends a value to a list.</summary>
    public void Add(string path, double value) => Of(path)?.Values.Add(value);

    /// <summary>Appends a value with its place.</summary>
    public void Add(string path, double place, double value)
    {
        if (Of(path) is { } curve && (curve.Values.Count == 0 || curve.Places is not null))
        {
            (curve.Places ??= []).Add(place);
            curve.Values.Add(value);
        }
        else
        {
            facts.Account?.Take(path, NumberUse.Unused, "a value with a place among values without", 0);
        }
    }

    /// <summary>Appends a word to a list of words.</summary>
    public void AddName(string path, string word)
    {
        if (_names.Count < 100 && word.Length < 200)
        {
            if (!_names.TryGetValue(path, out var names))
            {
                _names.Add(path, names = []);
            }

            if (names.Count < ColumnTable.Maximum)
            {
                names.Add(word);
            }
        }
    }

    /// <summary>Puts all lists into rows.</summary>
    /// <returns>False when there is no list of two values or more.</returns>
    public bool Put(RowBatch rows)
    {
        PairPlaces();
        var curves = _curves.Where(item => item.Value.Values.Count > 1 && item.Value.IsInOrder).ToDictionary(item => item.Key, item => item.Value);
        var runs = JsonRuns.Split(curves).ToList();
        var used = runs.SelectMany(run => run.Values).ToHashSet();
        Forget(_curves.Where(item => !used.Contains(item.Value)), "a single value, values in no order, or beside the curves of runs");
        for (int i = 0; i < runs.Count; i++)
        {
            if (i > 0)
            {
                rows.MarkNext(RowMark.Run);
            }

            Put(runs[i], rows);
        }

        return runs.Count > 0;
    }

    /// <summary>Lists what stands in all lists as unused.</summary>
    public void Forget(string why) => Forget(_curves, why);

    private void Forget(IEnumerable<KeyValuePair<string, Curve>> curves, string why)
    {
        if (facts.Account is { } account)
        {
            foreach (var (path, curve) in curves)
            {
                curve.Values.ForEach(_ => account.Take(path, NumberUse.Unused, why, 0));
            }
        }
    }

    private static string LastOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private Curve? Of(string path)
    {
        if (_count >= MaximumValues || (_curves.Count >= ColumnTable.Maximum && !_curves.ContainsKey(path)))
        {
            facts.Account?.Take(path, NumberUse.Unused, "more values than are kept of lists", 0);
            facts.LeaveOut($"values of lists beyond the first {MaximumValues:N0}, or of more than {ColumnTable.Maximum:N0} lists");
            return null;
        }

        if (!_curves.TryGetValue(path, out var curve))
        {
            _curves.Add(path, curve = new Curve());
        }

        _count++;
        return curve;
    }

    /// <summary>Sacred writes a series as <c>{"steps": […], "values": […]}</c>, plots as <c>{"x": […], "y": […]}</c>.</summary>
    private void PairPlaces()
    {
        foreach (string path in _curves.Keys.Where(path => path.Contains('/', StringComparison.Ordinal) && ValueNames.Contains(LastOf(path))).ToList())
        {
            string parent = path[..path.LastIndexOf('/')];
            var places = _curves.Keys.FirstOrDefault(other => other.Length > parent.Length && other.StartsWith(parent, StringComparison.Ordinal) && other.LastIndexOf('/') == parent.Length && StepNames.Contains(LastOf(other)));
            if (places is not null && _curves[places].Values.Count == _curves[path].Values.Count)
            {
                _curves[parent] = new Curve { Places = _curves[places].Values, Values = _curves[path].Values };
                foreach (string part in _curves.Keys.Where(other => other.StartsWith(parent + "/", StringComparison.Ordinal)).ToList())
                {
                    if (part != places && part != path)
                    {
                        Forget([KeyValuePair.Create(part, _curves[part])], "it stands beside the places and values of a series");
                    }

                    _curves.Remove(part);
                }
            }
        }
    }

    private void Put(Dictionary<string, Curve> run, RowBatch rows)
    {
        facts.LossIsAveraged = run.Values.Any(curve => curve.Places is not null) ? facts.LossIsAveraged : true;
        int longest = run.Values.Max(curve => curve.Values.Count);
        bool hasAxis = run.Any(item => item.Value.Places is null && item.Value.Values.Count == longest && ColumnClassifier.Classify(item.Key).Kind is RoleKind.Step or RoleKind.Epoch);
        bool isPlaced = !hasAxis && run.Values.Any(curve => curve.Places is not null);
        var places = new SortedDictionary<double, List<(string Name, double Value)>>();
        foreach (var (name, curve) in run)
        {
            // A list of rarer events, as of validations beside batches, is spread over the whole.
            int every = RarerBy * curve.Values.Count <= longest && curve.Places is null && !isPlaced ? longest / curve.Values.Count : 1;
            for (int i = 0; i < curve.Values.Count; i++)
            {
                double place = curve.Places is not null && !hasAxis ? curve.Places[i] : (every * (i + 1)) - 1;
                if (!places.TryGetValue(place, out var cells))
                {
                    places.Add(place, cells = []);
                }

                cells.Add((name, curve.Values[i]));
            }
        }

        // Curves that stand at the same places tell them once each.
        int told = run.Values.Sum(curve => curve.Places?.Count ?? 0);
        for (int i = isPlaced ? places.Count : 0; i < told; i++)
        {
            facts.Account?.Take("step", NumberUse.Step, "it tells where the value beside it stands", 0);
        }

        foreach (var (place, cells) in places)
        {
            if (!hasAxis)
            {
                Put(isPlaced ? "step" : "epoch", place, rows);
            }

            cells.ForEach(cell => Put(cell.Name, cell.Value, rows));
            rows.EndRow();
        }
    }

    private void Put(string name, double value, RowBatch rows)
    {
        if (facts.Columns.Intern(name) is >= 0 and var column)
        {
            rows.Add(column, value);
        }
    }

    /// <summary>One list.</summary>
    internal sealed class Curve
    {
        /// <summary>Gets or sets where the values stand; null for one after the other.</summary>
        public List<double>? Places { get; set; }

        /// <summary>Gets the values.</summary>
        public List<double> Values { get; init; } = [];

        /// <summary>Gets a value indicating whether its places can be ones: pairs that go up and down are data.</summary>
        public bool IsInOrder => Places is null || !Places.Zip(Places.Skip(1)).Any(pair => pair.Second < pair.First);
    }
}
