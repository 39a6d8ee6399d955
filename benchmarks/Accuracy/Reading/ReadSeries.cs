using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The count, the first and the last value of a series over all runs of a log.</summary>
internal readonly record struct ReadSeries(int Count, double First, double Last)
{
    /// <summary>Appends a value.</summary>
    public ReadSeries With(double value) => new(Count + 1, Count == 0 ? value : First, value);

    /// <summary>Adds another series value by value, as parts of a loss are.</summary>
    public ReadSeries Plus(ReadSeries other) => new(Count, First + other.First, Last + other.Last);

    /// <summary>Appends another series, as that of the next run.</summary>
    public ReadSeries Then(ReadSeries other) => new(Count + other.Count, First, other.Last);

    /// <summary>Tells whether values are those that somebody noted, to four digits; a value that is not finite was noted as none.</summary>
    public bool Equals4(ReadSeries noted) => Count == noted.Count && Near(First, noted.First) && Near(Last, noted.Last);

    private static bool Near(double read, double noted) => !double.IsFinite(read) ? !double.IsFinite(noted) : Math.Abs(read - noted) <= 5e-4 * Math.Abs(noted) || Math.Abs(read - noted) < 1e-9;
}

/// <summary>One of the runs of a log: where its values begin and end.</summary>
internal sealed class ReadPart
{
    /// <summary>Gets the number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the step of the first.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the step of the last.</summary>
    public long LastStep { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <param name="step">Its step.</param>
    public void Add(long step)
    {
        FirstStep = Count++ == 0 ? step : FirstStep;
        LastStep = step;
    }
}

/// <summary>What a reader found in a log.</summary>
internal sealed class ReadLog
{
    /// <summary>Gets the number of runs.</summary>
    public int Runs { get; private set; }

    /// <summary>Gets why the log could not be read; null when it could.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets the series of each metric, one for each scope.</summary>
    public Dictionary<(Metric Metric, string Scope), ReadSeries> Series { get; } = [];

    /// <summary>Gets the runs, each with where it begins and ends.</summary>
    public List<ReadPart> Parts { get; } = [];

    /// <summary>Reads a file or folder.</summary>
    public static ReadLog Of(string path)
    {
        var log = new ReadLog();
        try
        {
            foreach (var source in LogOpener.Open(path))
            {
                source.Read((_, scopes) =>
                {
                    log.Runs++;
                    log.Parts.Add(new ReadPart());
                    return new Sink(log, log.Parts[^1], scopes);
                });
            }
        }
        catch (LogFormatException exception)
        {
            log.Error = exception.Message;
        }

        return log;
    }

    private sealed class Sink(ReadLog log, ReadPart part, ScopeTable scopes) : IMeasurementSink
    {
        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Complete()
        {
        }

        public void Observe(in Measurement measurement)
        {
            part.Add(measurement.Step);
            var key = (measurement.Metric, scopes[measurement.Scope].Name);
            log.Series[key] = log.Series.GetValueOrDefault(key).With(measurement.Value);
        }
    }
}
