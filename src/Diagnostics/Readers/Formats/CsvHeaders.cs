using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// The header of a table, which another one may follow midway: a program that began to measure more writes its names anew. Shared by the parsers of one table; what changes within the first
/// block, which is parsed before all others, holds for those.
/// </summary>
/// <param name="first">The header at the beginning.</param>
internal sealed class CsvHeaders(CsvHeader first)
{
    /// <summary>Gets the header that holds now.</summary>
    public CsvHeader Current { get; private set; } = first;

    /// <summary>Takes a line without numbers as other names for the rows below it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">Where it is.</param>
    /// <returns>False where it is no header, or the one that holds.</returns>
    public bool TryChange(ReadOnlySpan<byte> line, in LinePlace place)
    {
        if (!place.IsInFirstBlock || !Current.IsRepeatedBy(line) || CsvHeader.SplitCells(line, Current.Separator).ConvertAll(name => name.Trim()) is not { Count: > 1 } names || names.SequenceEqual(Current.Names)
            || !names.Exists(name => ColumnClassifier.Classify(name).Kind == RoleKind.Metric) || names.Exists(name => Number.TryParse(Encoding.UTF8.GetBytes(name), out _)))
        {
            return false;
        }

        Current = new CsvHeader(Current.Separator, names, place.Line) { Run = Current.Run, ValueName = Current.ValueName, HasDecimalCommas = Current.HasDecimalCommas };
        return true;
    }
}
