using System.Text;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A box with a name and a value on each line, as Stable Baselines and Spinning Up print it: <c>|    ep_rew_mean | 20.5 |</c>. It is one row.</summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class ValueBox(LogFacts facts)
{
    private const int MostValues = 1024;

    private readonly List<(int Column, double Value)> _values = [];
    private string _section = string.Empty;

    /// <summary>Gets or sets what a heading says of the pairs below it: the folder of an evaluation; empty where it says nothing.</summary>
    public string Heading { get; set; } = string.Empty;

    /// <summary>Gets or sets the epoch that a heading tells; NaN before any.</summary>
    public double Epoch { get; set; } = double.NaN;

    /// <summary>Gets the column of the value in the line that was taken last; -1 where it had none.</summary>
    public int LastColumn { get; private set; } = -1;

    /// <summary>Takes a line of a box, or ends the box that was open.</summary>
    /// <param name="line">The line.</param>
    /// <param name="rows">Takes the row of a box that ended.</param>
    /// <returns>Whether the line was part of a box.</returns>
    public bool Take(ReadOnlySpan<byte> line, RowBatch rows)
    {
        LastColumn = -1;
        line = line.Trim(" \t"u8);
        if (TryPair(line, out var quoted, out double paired))
        {
            Add(Heading + Encoding.UTF8.GetString(quoted), paired, rows);
            return true;
        }

        if (line is not [(byte)'|', .. var inner, (byte)'|'] || inner.IndexOf((byte)'|') is not (> 0 and var bar) || inner[(bar + 1)..].Contains((byte)'|'))
        {
            End(rows);
            _section = string.Empty;
            return false;
        }

        string name = Encoding.UTF8.GetString(inner[..bar].Trim((byte)' '));
        var text = inner[(bar + 1)..].Trim((byte)' ');
        if (name.Length == 0 || !char.IsLetter(name[0]))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            _section = name.EndsWith('/') ? name : string.Empty;
            return _section.Length > 0;
        }

        if (!Number.TryParse(text, out double value))
        {
            return false;
        }

        Add(_section + name, value, rows);
        return true;
    }

    /// <summary>A line of JSON that was cut out of its document: <c>"loss": 2.5,</c>.</summary>
    private static bool TryPair(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out double value)
    {
        name = default;
        value = 0;
        if (line is not [(byte)'"', .. var rest] || rest.IndexOf((byte)'"') is not (> 0 and var quote))
        {
            return false;
        }

        name = rest[..quote];
        var behind = rest[(quote + 1)..].TrimStart((byte)' ');
        return behind is [(byte)':', .. var text] && Number.TryParse(text.Trim(", "u8), out value);
    }

    private void Add(string name, double value, RowBatch rows)
    {
        if (facts.Columns.Intern(name) is >= 0 and var column && _values.Count < MostValues)
        {
            if (_values.Exists(known => known.Column == column))
            {
                // Some draw no line between one box and the next.
                End(rows);
            }

            _values.Add((column, value));
            LastColumn = column;
        }
    }

    /// <summary>Ends the box that was open.</summary>
    public void End(RowBatch rows)
    {
        foreach (var (column, value) in _values)
        {
            if (!facts.Columns.IsIgnored(column))
            {
                rows.Add(column, value);
            }
        }

        if (_values.Count > 0 && double.IsFinite(Epoch) && facts.Columns.Intern("epoch") is >= 0 and var epoch && !_values.Exists(known => known.Column == epoch))
        {
            rows.Add(epoch, Epoch);
        }

        rows.EndRow();
        _values.Clear();
    }
}
