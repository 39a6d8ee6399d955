using System.Globalization;
using Newtonsoft.Json;
using TrainingDoctor.Differences;
using TrainingDoctor.Parsing;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Normality;

/// <summary>
/// What one's own good runs usually do: for each series, and for the relations of some, the typical value and the range in each phase of training, with how far good runs are from each other.
/// Of few runs, what two seeds usually differ by stands in for what they do not tell.
/// </summary>
public sealed class NormalProfile : INormalRuns
{
    /// <summary>A file has kilobytes, of a thousand layers some megabytes; what is larger is something else, or never ends.</summary>
    private const long LargestFile = 256 << 20;

    private readonly IReadOnlyList<NormalRunDocument> _runs;

    private NormalProfile(IReadOnlyList<NormalRunDocument> runs, Pace pace, IReadOnlyList<NormalSeries> series)
    {
        _runs = runs;
        Pace = pace;
        Series = series;
    }

    /// <inheritdoc/>
    public int RunCount => _runs.Count;

    /// <summary>Gets the number of series and relations that were learnt.</summary>
    public int SeriesCount => Series.Count;

    /// <summary>Gets the number of steps of the longest good run.</summary>
    public long Steps => _runs.Max(run => run.Steps);

    /// <summary>Gets how much of the data the good runs see in a step.</summary>
    internal Pace Pace { get; }

    /// <summary>Gets what was learnt.</summary>
    internal IReadOnlyList<NormalSeries> Series { get; }

    /// <summary>Learns from good runs.</summary>
    /// <param name="runs">The runs; at least one, and of one training: of series that not all have nothing is learnt.</param>
    /// <exception cref="ArgumentException">There is no run, or they have no series in common.</exception>
    public static NormalProfile Learn(IReadOnlyList<RunTrace> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("There must be a run to learn from.", nameof(runs));
        }

        var series = NormalLearning.Learn(runs);
        return series.Count > 0
            ? new NormalProfile([.. runs.Select(run => new NormalRunDocument { Name = run.Run.Name, Path = run.Run.Path, Steps = run.LastStep + 1 })], Pace.Of(runs[0]), series)
            : throw new ArgumentException("The runs have no series in common that was measured at the same time.", nameof(runs));
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="NormalFormatException">It is no such file; the message names file, place and what was expected.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static NormalProfile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > LargestFile)
        {
            throw new NormalFormatException($"{path}: it is larger than {LargestFile >> 20} MB; expected a file that 'traindoctor learn' wrote.");
        }

        try
        {
            using var reader = new StreamReader(stream);
            return Parse(reader.ReadToEnd());
        }
        catch (NormalFormatException exception)
        {
            throw new NormalFormatException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the text of such a file.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="NormalFormatException">It is no such text.</exception>
    public static NormalProfile Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var document = JsonConvert.DeserializeObject<NormalDocument>(json, ReportJson.Settings) ?? throw new NormalFormatException("it is empty; expected a file that 'traindoctor learn' wrote.");
            var (runs, pace, series) = NormalDocumentReader.Read(document);
            return new NormalProfile(runs, pace, series);
        }
        catch (JsonException exception)
        {
            throw new NormalFormatException($"{JsonFault.Describe(exception)}; expected a file that 'traindoctor learn' wrote.", exception);
        }
    }

    /// <summary>Writes what was learnt to a file, as JSON of a schema of its own.</summary>
    /// <param name="path">The file; replaced when it exists, its folder made when it is missing.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReportFile.Write(path, writer => writer.Write(ToJson()));
    }

    /// <summary>Returns what was learnt as JSON.</summary>
    public string ToJson() => ReportJson.SerializeAny(new NormalDocument
    {
        SchemaVersion = NormalDocument.CurrentSchemaVersion,
        Runs = _runs,
        SamplesPerStep = Pace.SamplesPerStep,
        StepsPerEpoch = Pace.StepsPerEpoch,
        Series = [.. Series.Select(Describe)],
    });

    /// <inheritdoc/>
    public INormalComparison Follow(ScopeTable scopes) => new NormalComparison(this, scopes);

    private static NormalSeriesDocument Describe(NormalSeries series) => new()
    {
        Of = Describe(series.Key, series.Floor),
        To = series.To is { } to ? Describe(to, series.ToFloor) : null,
        Scale = KebabCase.Of(series.Scale.Kind),
        Unit = Short(series.Scale.Unit),
        Noise = Short(series.Noise),
        Phases = [.. series.Phases.Select(phase => phase.Phase)],
        Typical = [.. series.Phases.Select(phase => Short(phase.Typical))],
        Low = [.. series.Phases.Select(phase => Short(phase.Low))],
        High = [.. series.Phases.Select(phase => Short(phase.High))],
        Deviation = [.. series.Phases.Select(phase => Short(phase.Deviation))],
    };

    private static NormalSeriesKeyDocument Describe(SeriesKey key, double floor) => new()
    {
        Metric = MetricCatalog.NameOf(key.Metric),
        Kind = key.Kind,
        Scope = key.Scope.Length == 0 ? null : key.Scope,
        Floor = Short(floor),
    };

    /// <summary>As many digits as single precision has: more are chance.</summary>
    private static double Short(double value) => double.Parse(value.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

/// <summary>A file that should hold what good runs usually do does not.</summary>
public sealed class NormalFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The place, what stands there, and what was expected.</param>
    /// <param name="innerException">The fault of the reader; null for none.</param>
    public NormalFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
