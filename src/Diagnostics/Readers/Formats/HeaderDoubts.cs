using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Lines with separators that are no header of a table after all: records of a logger, names and values by turns, lines that differ from the next in their numbers alone.</summary>
internal static partial class HeaderDoubts
{
    /// <summary>Tells whether another name that is known stands below the first on a line of its own: names and values by turns, as people print them, and no table.</summary>
    public static bool NamesAlternate(string first, ReadOnlySpan<byte> rest)
    {
        for (int tries = 0; tries < 6 && !rest.IsEmpty; tries++)
        {
            string name = Encoding.UTF8.GetString(LineBlock.NextLine(ref rest)).Trim();
            if (name.Length is > 0 and < 80 && name != first && char.IsLetter(name[0]) && ColumnClassifier.Classify(name).Kind is RoleKind.Metric or RoleKind.Epoch)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells whether a comma parts a clock's seconds from their thousandths, as Python's loggers print them: such a line is a record, and no header.</summary>
    public static bool IsLoggersTime(List<string> names)
    {
        for (int i = 1; i < names.Count; i++)
        {
            if (ClockAtEnd().IsMatch(names[i - 1]) && ThousandthsAtStart().IsMatch(names[i]))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"\d:\d\d:\d\d$")]
    private static partial Regex ClockAtEnd();

    [GeneratedRegex(@"^\d{3}(?!\d)")]
    private static partial Regex ThousandthsAtStart();

    /// <summary>Tells whether one of the next lines differs from a line in its numbers alone: then it is a record like them, and no header.</summary>
    public static bool IsRepeatedShape(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest)
    {
        if (!line.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        string shape = ShapeOf(line);
        if (shape == Encoding.UTF8.GetString(line))
        {
            // Digits within names, as in "f1", are no numbers: the same line once more is a header that is repeated.
            return false;
        }

        for (int tries = 0; tries < 6 && !rest.IsEmpty; tries++)
        {
            if (ShapeOf(LineBlock.NextLine(ref rest)) == shape)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts one mark in place of each number that no letter touches.</summary>
    private static string ShapeOf(ReadOnlySpan<byte> line) => NumberShape().Replace(Encoding.UTF8.GetString(line), "#");

    [GeneratedRegex(@"(?<![A-Za-z_])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)")]
    private static partial Regex NumberShape();

    /// <summary><c>loss 2.5</c> is no name, and neither is <c>Loss: 2</c> before a decimal comma.</summary>
    public static bool EndsWithMeasurement(string name)
    {
        int space = name.LastIndexOf(' ');
        return space > 0 && !name.StartsWith("Unnamed: ", StringComparison.Ordinal) && (name.AsSpan(space).Contains('.') || name[space - 1] is ':' or '=') && double.TryParse(name.AsSpan(space + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
    }
}
