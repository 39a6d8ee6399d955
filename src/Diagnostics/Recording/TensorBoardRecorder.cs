using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using TrainingDoctor.Parsing;
using TrainingDoctor.Probes;
using TrainingDoctor.Readers.Protocol;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Recording;

/// <summary>Writes a run as an event file that TensorBoard opens: one event per step, with a scalar for every metric (<c>loss</c>, <c>zero_fraction/fc1.relu</c>), and now and then histograms of the parameters and their gradients.</summary>
internal sealed class TensorBoardRecorder : IMeasurementSink, IHistogramSink, IDisposable
{
    /// <summary>Histograms change slowly and are large.</summary>
    private const long HistogramInterval = 100;

    private readonly ScopeTable _scopes;
    private readonly RollingFile _file;
    private readonly Dictionary<(Metric Metric, int Scope), string> _tags = [];
    private SummaryRecord _summary = new();
    private long _step = -1;
    private long _histogramStep = -HistogramInterval;

    /// <summary>Creates the event file in a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limit">How many bytes the recording may have.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TensorBoardRecorder(string folder, long limit, ScopeTable scopes)
    {
        _scopes = scopes;
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}.0");
        _file = new RollingFile(Path.Combine(folder, name), limit, (_, _) => WriteVersion());
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run) => WriteVersion();

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Step != _step)
        {
            EndStep();
            _step = measurement.Step;
        }

        _summary.Value.Add(new SummaryValue { Tag = TagOf(measurement.Metric, measurement.Scope), SimpleValue = (float)measurement.Value });
    }

    /// <inheritdoc/>
    public bool WantsHistograms(long step) => step - _histogramStep >= HistogramInterval || step == _histogramStep;

    /// <inheritdoc/>
    public void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient)
    {
        _histogramStep = _step;
        AddHistogram($"hist/weights/{parameter}", values);
        AddHistogram($"hist/gradients/{parameter}", gradient);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        EndStep();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void EndStep()
    {
        if (_step < 0)
        {
            return;
        }

        var record = new EventRecord { Step = _step, Summary = _summary };
        _summary = new SummaryRecord();
        _step = -1;
        Write(record);
        _file.Roll();
    }

    /// <summary>Readers of ours leave tags of <c>hist</c> alone: the scalars beside them are exact.</summary>
    private void AddHistogram(string tag, MagnitudeHistogram? histogram)
    {
        if (histogram is not { Count: > 0 })
        {
            return;
        }

        var record = new HistogramRecord { Min = histogram.Minimum, Max = histogram.Maximum, Num = histogram.Count, Sum = histogram.Sum, SumSquares = histogram.SumOfSquares };
        foreach (var (edge, count) in histogram.Buckets)
        {
            record.BucketLimit.Add(edge);
            record.Bucket.Add(count);
        }

        _summary.Value.Add(new SummaryValue { Tag = tag, Histogram = record });
    }

    private void WriteVersion() => Write(new EventRecord { FileVersion = "brain.Event:2" });

    /// <summary>A record: length, its check sum, the event, its check sum.</summary>
    private void Write(EventRecord entry)
    {
        entry.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        int length = entry.CalculateSize();
        byte[] record = new byte[12 + length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        entry.WriteTo(record.AsSpan(12, length));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + length), Crc32C.Masked(record.AsSpan(12, length)));
        _file.Write(record);
    }

    private string TagOf(Metric metric, int scope)
    {
        if (!_tags.TryGetValue((metric, scope), out string? tag))
        {
            string name = _scopes[scope].Name;
            tag = name.Length == 0 ? MetricCatalog.NameOf(metric) : $"{MetricCatalog.NameOf(metric)}/{name}";
            _tags.Add((metric, scope), tag);
        }

        return tag;
    }
}
