using TrainingDoctor.Readers.Printed;

namespace TrainingDoctor.Readers.Times;

/// <summary>Reads the durations of printed lines: numbers with a unit of time behind them.</summary>
internal static class LineDurations
{
    /// <summary>Reads a duration whose name is of a time.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number in it.</param>
    /// <returns>Seconds; null where the unit or the name is of something else.</returns>
    public static double? Read(string line, LabelledNumber number)
    {
        if (number.Aside != NumberAside.Quantity || number.Label.Length == 0 || TimeNames.KindOf(number.Label) == TimeKind.None)
        {
            return null;
        }

        // The unit is glued to the number, or the next word.
        var unit = line.AsSpan(number.Start, number.End - number.Start).TrimStart("+-0123456789.,eE");
        if (unit.IsEmpty)
        {
            var rest = line.AsSpan(number.End).TrimStart(' ');
            int end = rest.IndexOfAnyExceptInRange('a', 'z');
            unit = end < 0 ? rest : rest[..end];
        }

        return TimeNames.SecondsOf(unit) is { } seconds && number.Value >= 0 ? number.Value * seconds : null;
    }

    /// <summary>Reads the unit that stands in parentheses between a name and its number, and that is no part of the name: <c>time per iteration (ms): 51.2</c>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number in it.</param>
    /// <returns>Its seconds; 1 where none stands there.</returns>
    public static double UnitBefore(string line, LabelledNumber number)
    {
        var head = line.AsSpan(0, number.Start).TrimEnd(" :=");
        int open = head is [.., ')'] ? head.LastIndexOf('(') : -1;
        return open >= 0 && TimeNames.SecondsOf(head[(open + 1)..^1].Trim(' ')) is { } seconds ? seconds / TimeNames.UnitOf(number.Label) : 1;
    }
}
