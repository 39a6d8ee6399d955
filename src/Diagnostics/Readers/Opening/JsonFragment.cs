namespace TrainingDoctor.Readers.Opening;

/// <summary>Recognises lines that were cut out of a JSON document, as people paste parts of a <c>trainer_state.json</c>: they begin within a record, or with a record that is followed by a comma.</summary>
internal static class JsonFragment
{
    /// <summary>Tells what has to stand before the text.</summary>
    /// <returns>Null when the text is no fragment.</returns>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start is [(byte)'"', ..])
        {
            return AfterKey(start) switch
            {
                (byte)'[' or (byte)'{' => "{",
                (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'n' or (byte)'t' or (byte)'f' or (byte)'N' => "[{",
                _ => null,
            };
        }

        return start is [(byte)'{', ..] && EndOfObject(start) is > 0 and var end && start[..end].Contains((byte)'\n') && start[end..].TrimStart(" \t\r\n"u8) is [(byte)',', ..] ? "[" : null;
    }

    /// <summary>Gets the first character of the value behind a key; 0 when the text begins with no key.</summary>
    private static byte AfterKey(ReadOnlySpan<byte> text)
    {
        int end = text[1..].IndexOfAny((byte)'"', (byte)'\n');
        if (end <= 0 || text[end + 1] != (byte)'"')
        {
            return 0;
        }

        var rest = text[(end + 2)..].TrimStart(" \t"u8);
        return rest is [(byte)':', .. var value] && value.TrimStart(" \t\r\n"u8) is [var first, ..] ? first : (byte)0;
    }

    /// <summary>Counts braces: a JSON reader refuses the bare NaN that Python writes.</summary>
    private static int EndOfObject(ReadOnlySpan<byte> text)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == (byte)'"' && (i == 0 || text[i - 1] != (byte)'\\');
            depth += quoted ? 0 : text[i] switch { (byte)'{' => 1, (byte)'}' => -1, _ => 0 };
            if (depth == 0 && !quoted)
            {
                return i + 1;
            }
        }

        return -1;
    }
}
