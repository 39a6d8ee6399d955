using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Protocol;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Gathers events, which hold one number each, into rows: those of one step that follow each other, until a tag comes again.</summary>
internal sealed class EventRows
{
    /// <summary>Seconds since 1970 stay below this for 30,000 years; TorchSharp writes ticks into the first record.</summary>
    private const double LatestTime = 1e12;

    /// <summary>Tags that are compared one by one; of files with more, the rest is looked up.</summary>
    private const int MostExpected = 64;

    private readonly Dictionary<string, int> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _plugins = new(StringComparer.Ordinal);
    private readonly List<(byte[] Tag, int Column)> _expected = [];

    // The row that is being filled; a batch may end before it does.
    private readonly List<Cell> _row = [];
    private long[] _rowsOfColumns = [];
    private long _rowNumber = 1;
    private int _stepColumn = -1;
    private int _timeColumn = -1;
    private double _time = double.NaN;
    private double _rowTime = double.NaN;
    private long _step;
    private int _next;
    private bool _hasTime;

    public LogFacts Facts { get; } = new() { Format = "tensorboard", EvaluatesAfterwards = true };

    public void BeginFile() => _plugins.Clear();

    public void Add(EventRecord record, RowBatch batch)
    {
        Begin(record.WallTime, batch);
        if (record.WhatCase != EventRecord.WhatOneofCase.Summary)
        {
            return;
        }

        foreach (var value in record.Summary.Value)
        {
            if (value.Metadata?.PluginData?.PluginName is { Length: > 0 } plugin && _plugins.Count < ColumnTable.Maximum)
            {
                _plugins[value.Tag] = plugin;
            }

            switch (value.ValueCase)
            {
                case SummaryValue.ValueOneofCase.SimpleValue:
                    AddNumber(record.Step, value.Tag, value.SimpleValue, batch);
                    break;
                case SummaryValue.ValueOneofCase.Histogram:
                    AddHistogram(record.Step, value.Tag, HistogramMoments.Of(value.Histogram), batch);
                    break;
                case SummaryValue.ValueOneofCase.Tensor:
                    AddTensor(record.Step, value, batch);
                    break;
                default:
                    break;
            }
        }
    }

    public void Add(in ScalarEvent scalar, RowBatch batch)
    {
        Begin(scalar.WallTime, batch);
        int column = ColumnOf(scalar.Tag, batch);
        if (column >= 0)
        {
            Put(scalar.Step, column, scalar.Value, batch);
        }
    }

    public void Flush(RowBatch batch)
    {
        if (_row.Count > 0)
        {
            foreach (var cell in _row)
            {
                batch.Add(cell.Column, cell.Value);
            }

            batch.Add(_stepColumn, _step);
            if (double.IsFinite(_rowTime))
            {
                batch.Add(_timeColumn = _timeColumn < 0 ? Facts.Columns.Intern("wall_time", ColumnRole.Time) : _timeColumn, _rowTime);
            }

            batch.EndRow();
            _row.Clear();
            _rowNumber++;
        }
    }

    private void Begin(double wallTime, RowBatch batch)
    {
        _time = wallTime is > 0 and < LatestTime ? wallTime : double.NaN;
        if (!_hasTime && double.IsFinite(_time))
        {
            _hasTime = true;
            TellStart(wallTime, batch);
        }
    }

    // No lambda where this is called: what it captures would be allocated for each event.
    private void TellStart(double wallTime, RowBatch batch) => batch.Tells += () => Facts.StartedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(1000 * wallTime));

    private void AddTensor(long step, SummaryValue value, RowBatch batch)
    {
        string plugin = _plugins.GetValueOrDefault(value.Tag, "scalars");
        if (plugin == "histograms")
        {
            AddHistogram(step, value.Tag, HistogramMoments.Of(value.Tensor), batch);
        }
        else if (plugin == "scalars" && TensorNumbers.TryReadScalar(value.Tensor, out double number))
        {
            AddNumber(step, value.Tag, number, batch);
        }
        else
        {
            Facts.Account?.Take(value.Tag, NumberUse.Unused, $"a tensor of {plugin}, which is no single number", 0);
        }
    }

    private void AddNumber(long step, string tag, double value, RowBatch batch)
    {
        int column = ColumnOf(tag, batch);
        if (column >= 0)
        {
            Put(step, column, value, batch);
        }
        else
        {
            Facts.Account?.Take(tag, NumberUse.Unused, "more tags than are kept", 0);
        }
    }

    /// <summary>Tags come in the same order step after step: the one that followed last time is tried first.</summary>
    private int ColumnOf(ReadOnlySpan<byte> tag, RowBatch batch)
    {
        for (int i = 0; i < _expected.Count; i++)
        {
            _next = _next + 1 < _expected.Count ? _next + 1 : 0;
            if (tag.SequenceEqual(_expected[_next].Tag))
            {
                return _expected[_next].Column;
            }
        }

        int column = ColumnOf(Encoding.UTF8.GetString(tag), batch);
        if (_expected.Count < MostExpected)
        {
            _expected.Add((tag.ToArray(), column));
            _next = _expected.Count - 1;
        }

        return column;
    }

    private int ColumnOf(string tag, RowBatch batch)
    {
        if (!_tags.TryGetValue(tag, out int column))
        {
            column = Facts.Columns.Intern(tag);
            if (column >= 0)
            {
                _tags.Add(tag, column);
                if (string.Equals(tag, "train/box_loss", StringComparison.OrdinalIgnoreCase))
                {
                    batch.Tells += () => Facts.SumsLossParts = true;
                }
                else if (tag == "train/grad_norm")
                {
                    batch.Tells += () => Facts.LossIsAveraged = true;
                }
            }
        }

        return column;
    }

    private void Put(long step, int column, double value, RowBatch batch)
    {
        if (_stepColumn < 0)
        {
            _stepColumn = Facts.Columns.Intern("step", new ColumnRole(RoleKind.Step));
        }

        if (column >= _rowsOfColumns.Length)
        {
            Array.Resize(ref _rowsOfColumns, Math.Max(column + 1, 2 * _rowsOfColumns.Length));
        }

        if (_row.Count > 0 && (step != _step || _rowsOfColumns[column] == _rowNumber))
        {
            Flush(batch);
        }

        _rowTime = _row.Count == 0 ? _time : _rowTime;
        _step = step;
        _rowsOfColumns[column] = _rowNumber;
        _row.Add(new Cell(column, value));
    }

    private void AddHistogram(long step, string tag, HistogramMoments? moments, RowBatch batch)
    {
        if (moments is not { } m || HistogramTag.Parse(tag) is not { } target)
        {
            Facts.Account?.Take(tag, NumberUse.Unused, "a histogram of what no rule looks at", 0);
            return;
        }

        foreach (var (metric, value) in target.Measures(m))
        {
            int column = Facts.Columns.Intern($"{tag} ({MetricCatalog.NameOf(metric)})", new ColumnRole(RoleKind.Metric)
            {
                Metric = metric,
                Scope = MetricCatalog.Describe(metric).Scope,
                ScopeName = target.Name,
            });
            if (column >= 0)
            {
                Put(step, column, value, batch);
            }
        }
    }
}
