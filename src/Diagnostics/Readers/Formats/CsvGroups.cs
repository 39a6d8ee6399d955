using TrainingDoctor.Names;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Names of a table's columns in two lines: groups above names.</summary>
internal static class CsvGroups
{
    /// <summary>Joins the names of two lines, of which the upper one says of what the lower ones are: <c>train,train,val,val</c> above <c>loss,acc,loss,acc</c>, or <c>train,,val,</c> where spreadsheets joined the cells.</summary>
    /// <param name="upper">The names of the upper line.</param>
    /// <param name="rest">What follows it; moved behind the names.</param>
    /// <param name="separator">What separates cells.</param>
    /// <param name="number">The number of the line; moved on.</param>
    /// <returns>Null where the line is not one of groups.</returns>
    public static List<string>? Join(List<string> upper, ref ReadOnlySpan<byte> rest, char separator, ref long number)
    {
        var below = rest;
        int lines = 1;
        var line = LineBlock.NextLine(ref below);
        if (separator == '|' && line.IndexOfAnyExcept("|-: "u8) < 0)
        {
            // Markdown divides the first line of names from all others.
            line = LineBlock.NextLine(ref below);
            lines++;
        }

        var lower = CsvHeader.SplitCells(line, separator).ConvertAll(name => name.Trim());
        upper = Spread(upper, lower);
        bool repeats = upper.Where(name => name.Length > 0).Distinct().Count() < upper.Count(name => name.Length > 0);
        if (!repeats || lower.Count != upper.Count || lower.Exists(name => double.TryParse(name, out _)) || !lower.Exists(name => ColumnClassifier.Classify(name).Kind == RoleKind.Metric))
        {
            return null;
        }

        rest = below;
        number += lines;
        var joined = upper.Zip(lower, (first, second) => first.StartsWith("Unnamed: ", StringComparison.Ordinal) || first == second ? second : $"{first} {second}".Trim()).ToList();

        // pandas names its index in a line of its own.
        var after = rest;
        var index = CsvHeader.SplitCells(LineBlock.NextLine(ref after), separator).ConvertAll(name => name.Trim());
        if (index.Count == joined.Count && joined[0].Length == 0 && index[0].Length > 0 && char.IsLetter(index[0][0]) && index.Skip(1).All(name => name.Length == 0))
        {
            joined[0] = index[0];
            rest = after;
            number++;
        }

        return joined;
    }

    /// <summary>Lets a group go on over the empty cells behind it, where the names below come again.</summary>
    private static List<string> Spread(List<string> upper, List<string> lower)
    {
        if (lower.Count != upper.Count || !lower.Exists(name => name.Length > 0 && lower.Count(other => other == name) > 1))
        {
            return upper;
        }

        var spread = new List<string>(upper);
        for (int i = 1; i < spread.Count; i++)
        {
            spread[i] = spread[i].Length == 0 && lower[i].Length > 0 ? spread[i - 1] : spread[i];
        }

        return spread;
    }
}
