namespace TrainingDoctor.Readers.Formats;

/// <summary>NaN and Infinity without quotes: Python writes them, JSON does not know them.</summary>
internal static class BareNumbers
{
    public static bool MayHave(ReadOnlySpan<byte> json) => json.IndexOfAny((byte)'N', (byte)'I') >= 0 && (json.IndexOf("NaN"u8) >= 0 || json.IndexOf("Infinity"u8) >= 0);

    /// <summary>Puts quotes around them where they stand outside strings.</summary>
    /// <param name="json">One line of JSON.</param>
    /// <param name="buffer">Holds the result; grown as needed.</param>
    public static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> json, ref byte[] buffer)
    {
        // The shortest, NaN with its comma, grows from four bytes to six.
        int most = (2 * json.Length) + 8;
        if (buffer.Length < most)
        {
            buffer = new byte[most];
        }

        int written = 0;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte c = json[i];
            if (inString && c == (byte)'\\' && i + 1 < json.Length)
            {
                buffer[written++] = c;
                buffer[written++] = json[++i];
                continue;
            }

            inString ^= c == (byte)'"';
            int length = inString ? 0 : NameLength(json[i..]);
            if (length > 0)
            {
                buffer[written++] = (byte)'"';
                json.Slice(i, length).CopyTo(buffer.AsSpan(written));
                written += length;
                buffer[written++] = (byte)'"';
                i += length - 1;
            }
            else
            {
                buffer[written++] = c;
            }
        }

        return buffer.AsSpan(0, written);
    }

    private static int NameLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : text.StartsWith("-NaN"u8) ? 4 : 0;
}
