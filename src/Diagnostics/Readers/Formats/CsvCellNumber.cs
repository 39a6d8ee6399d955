using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Numbers that stand in a cell with something around them: a list, a tensor, bold type, thousands apart, a spread, a percent sign.</summary>
internal static class CsvCellNumber
{
    /// <summary>Keras writes lists as <c>[1, 2]</c>: the first number counts. Frameworks print tensors as <c>tensor(0.5)</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> cell, out double value)
    {
        cell = cell.Trim((byte)' ');
        value = 0;
        if (cell is [(byte)'[', ..])
        {
            int end = cell.IndexOfAny((byte)',', (byte)']', (byte)' ');
            return end > 1 && Number.TryParse(cell[1..end], out value);
        }

        if (cell.StartsWith("tensor("u8))
        {
            int end = cell.IndexOfAny((byte)',', (byte)')');
            return end > 7 && Number.TryParse(cell[7..end], out value);
        }

        if (cell is [(byte)'*', ..])
        {
            // The best value, in bold type.
            cell = cell.Trim((byte)'*');
            return Number.TryParse(cell, out value) || (cell is [.., (byte)'%'] && Number.TryParse(cell[..^1], out value));
        }

        if (cell.IndexOf((byte)',') > 0 && IsInThousands(cell))
        {
            Span<byte> digits = stackalloc byte[cell.Length];
            int count = 0;
            foreach (byte c in cell)
            {
                digits[count] = c;
                count += c == (byte)',' ? 0 : 1;
            }

            return Number.TryParse(digits[..count], out value);
        }

        // "0.61  <- saved", "0.61 *".
        int remark = cell.IndexOf((byte)' ');
        if (remark > 0 && cell[remark..].Trim((byte)' ') is [(byte)'<' or (byte)'*' or >= 0xE0, ..] && cell[remark..].IndexOfAnyInRange((byte)'0', (byte)'9') < 0)
        {
            return Number.TryParse(cell[..remark], out value);
        }

        // 2.31(12) and 2.31±0.12 tell how sure a value is.
        int spread = cell is [.., (byte)')'] ? cell.IndexOf((byte)'(') : cell.IndexOf("±"u8);
        return spread > 0 ? Number.TryParse(cell[..spread], out value) : cell is [.., (byte)'%'] && Number.TryParse(cell[..^1], out value);
    }

    /// <summary>Tells whether commas divide a number into thousands: <c>12,000</c>.</summary>
    private static bool IsInThousands(ReadOnlySpan<byte> cell)
    {
        int first = cell.IndexOf((byte)',');
        bool fits = first is > 0 and < 4 && cell.Length < 40;
        for (int i = 0; fits && i < cell.Length; i++)
        {
            fits = i >= first && (i - first) % 4 == 0 ? cell[i] == (byte)',' : cell[i] is >= (byte)'0' and <= (byte)'9' || (i == 0 && cell[i] == (byte)'-');
        }

        return fits && (cell.Length - first) % 4 == 0;
    }
}
