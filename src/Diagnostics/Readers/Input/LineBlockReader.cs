using System.Buffers;

namespace TrainingDoctor.Readers.Input;

/// <summary>
/// Cuts a stream into blocks of whole lines, which grow where a line is longer; a line longer than <see cref="LongestLine"/> is left out: no log writes such.
/// </summary>
internal static class LineBlockReader
{
    public const int LongestLine = 4 * 1024 * 1024;

    private const int BlockSize = 1024 * 1024;
    private const int SmallestBlock = 4 * 1024;

    /// <summary>Cuts a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="length">How long it is, as far as that is known: of thousands of small files that are read side by side each takes no more room than it needs.</param>
    public static IEnumerable<LineBlock> Read(Stream stream, long? length = null)
    {
        int size = (int)Math.Clamp((length ?? BlockSize) + 1, SmallestBlock, BlockSize);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        int filled = 0;
        long line = 1;
        bool skipping = false;
        bool giant = false;
        while (true)
        {
            int count = ReadSome(stream, buffer.AsSpan(filled, size - filled), out string? damage);
            filled += count;
            bool atEnd = count == 0;
            if (skipping)
            {
                int end = buffer.AsSpan(0, filled).IndexOf((byte)'\n');
                if (end < 0 && !atEnd)
                {
                    filled = 0;
                    continue;
                }

                int keep = end < 0 ? 0 : filled - end - 1;
                buffer.AsSpan(filled - keep, keep).CopyTo(buffer);
                filled = keep;
                line++;
                skipping = false;
                giant = true;
            }

            if (atEnd)
            {
                if (filled > 0 || damage is not null || giant)
                {
                    yield return new LineBlock(buffer, filled, line) { Damage = damage, FollowsGiantLine = giant };
                }

                yield break;
            }

            if (filled < size)
            {
                continue;
            }

            int whole = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (whole == 0 && size >= LongestLine)
            {
                skipping = true;
                filled = 0;
                continue;
            }

            int rest = filled - whole;
            int nextSize = whole == 0 ? 2 * size : rest < BlockSize ? BlockSize : size;
            byte[] next = ArrayPool<byte>.Shared.Rent(nextSize);
            buffer.AsSpan(whole, rest).CopyTo(next);
            if (whole > 0)
            {
                int lines = buffer.AsSpan(0, whole).Count((byte)'\n');
                yield return new LineBlock(buffer, whole, line) { FollowsGiantLine = giant };
                giant = false;
                line += lines;
            }
            else
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            (buffer, size, filled) = (next, nextSize, rest);
        }
    }

    private static int ReadSome(Stream stream, Span<byte> buffer, out string? damage)
    {
        damage = null;
        if (buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            return stream.Read(buffer);
        }
        catch (DamagedInputException exception)
        {
            damage = $"the compressed data end early or are corrupt: {exception.Message}";
            return 0;
        }
    }
}
