using System.Text;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Telemetry;

/// <summary>
/// Reads lines of measurements that are spelled as <see cref="TelemetryRecorder"/> spells them. Lines of a run resemble one another: what stands before a number is compared with what
/// stood there in the lines before, which takes a small part of the time of a JSON parser.
/// </summary>
/// <remarks>Whatever is spelled otherwise is left to <see cref="TelemetryLine"/>. A line that is taken here means the same there.</remarks>
internal sealed class MeasurementLineReader
{
    /// <summary>How many characters of names are remembered; no training has as many.</summary>
    private const int MostCharacters = 32 << 20;

    /// <summary>Digits of a whole number that is surely within the limits, and exact in every reader.</summary>
    private const int SureDigits = 15;

    private readonly Dictionary<string, MeasurementHead> _known = new(StringComparer.Ordinal);
    private readonly List<(MeasurementHead Head, double Value)> _measurements = [];
    private MeasurementHead? _first;
    private TrainingTask? _task;
    private int _characters;

    /// <summary>Gets the step of the line that was read last.</summary>
    public long Step { get; private set; }

    /// <summary>Gets its measurements, of unknown metrics among them.</summary>
    public List<(MeasurementHead Head, double Value)> Measurements => _measurements;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line in UTF-8, without its end.</param>
    /// <param name="task">What the run is trained for.</param>
    /// <returns>False when it is spelled otherwise, or is none.</returns>
    public bool TryRead(ReadOnlySpan<byte> line, TrainingTask? task)
    {
        if (task != _task)
        {
            // What names mean may depend on it.
            _known.Clear();
            (_task, _first, _characters) = (task, null, 0);
        }

        _measurements.Clear();
        if (!TryReadStep(ref line))
        {
            return false;
        }

        MeasurementHead? last = null;
        while (Next(last, line) is { } head)
        {
            line = line[head.Spelling.Length..];
            if (!TryReadNumber(ref line, out double value))
            {
                return false;
            }

            _measurements.Add((head, value));
            if (line is not [(byte)']', (byte)',', ..])
            {
                return line.SequenceEqual("]]}"u8);
            }

            line = line[2..];
            last = head;
        }

        return false;
    }

    private bool TryReadStep(ref ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("{\"step\":"u8))
        {
            return false;
        }

        line = line["{\"step\":"u8.Length..];
        ulong step = 0;
        int length = DecimalDigits.ReadFew(line, 0, ref step);
        bool isWhole = length is > 0 and <= SureDigits && (length == 1 || line[0] != (byte)'0');
        if (!isWhole || !line[length..].StartsWith(",\"m\":["u8))
        {
            return false;
        }

        Step = (long)step;
        line = line[(length + ",\"m\":["u8.Length)..];
        return true;
    }

    /// <summary>Finds what a line begins with: mostly what came behind the last one in the lines before.</summary>
    private MeasurementHead? Next(MeasurementHead? last, ReadOnlySpan<byte> line)
    {
        var expected = last is null ? _first : last.Next;
        if (expected is not null && line.StartsWith(expected.Spelling))
        {
            return expected;
        }

        var found = Find(line);
        if (last is null)
        {
            _first = found;
        }
        else
        {
            last.Next = found;
        }

        return found;
    }

    private MeasurementHead? Find(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("[\""u8) || EndOfName(line, 2) is not (> 0 and var endOfMetric)
            || !line[endOfMetric..].StartsWith("\",\""u8) || EndOfName(line, endOfMetric + 3) is not (> 0 and var endOfScope)
            || !line[endOfScope..].StartsWith("\","u8) || endOfScope > TelemetryLimits.LongestText)
        {
            return null;
        }

        string spelling = Encoding.ASCII.GetString(line[..(endOfScope + 2)]);
        if (!_known.TryGetValue(spelling, out var head))
        {
            if (_characters + spelling.Length > MostCharacters)
            {
                return null;
            }

            _characters += spelling.Length;
            head = new MeasurementHead(spelling, MeasurementMeaning.Of(spelling[2..endOfMetric], spelling[(endOfMetric + 3)..endOfScope], _task));
            _known.Add(spelling, head);
        }

        return head;
    }

    /// <summary>Finds the quotation mark behind a name; 0 where the name is not what it looks like, or no plain text.</summary>
    private static int EndOfName(ReadOnlySpan<byte> line, int start)
    {
        int length = line[start..].IndexOfAny((byte)'"', (byte)'\\');
        return length >= 0 && line[start + length] == (byte)'"' && !line.Slice(start, length).ContainsAnyExceptInRange((byte)' ', (byte)'~') ? start + length : 0;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> line, out double value)
    {
        if (Number.TryParsePrefix(line, out value, out int used))
        {
            var number = line[..used];
            line = line[used..];
            return IsSure(number);
        }

        return TryReadName(ref line, "\"NaN\""u8, double.NaN, ref value)
            || TryReadName(ref line, "\"Infinity\""u8, double.PositiveInfinity, ref value)
            || TryReadName(ref line, "\"-Infinity\""u8, double.NegativeInfinity, ref value);
    }

    private static bool TryReadName(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, double meant, ref double value)
    {
        if (!line.StartsWith(name))
        {
            return false;
        }

        line = line[name.Length..];
        value = meant;
        return true;
    }

    /// <summary>Tells whether a number is spelled so that all readers of JSON agree on what it is.</summary>
    private static bool IsSure(ReadOnlySpan<byte> number)
    {
        var digits = number[0] == (byte)'-' ? number[1..] : number;
        int whole = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return whole < 0
            ? digits.Length <= SureDigits && (digits[0] != (byte)'0' || number.Length == 1)
            : whole > 0 && (whole == 1 || digits[0] != (byte)'0') && char.IsAsciiDigit((char)digits[^1]) && (digits[whole] != (byte)'.' || char.IsAsciiDigit((char)digits[whole + 1]));
    }
}
