using System.Buffers;

namespace TrainingDoctor.Readers;

/// <summary>Cuts a stream into blocks of whole lines. A line longer than a block is left out: no log writes such.</summary>
internal static class LineBlockReader
{
    public const int SmallBlock = 256 * 1024;

    /// <summary>Size of a block, and the longest line that is read.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    public static IEnumerable<LineBlock> Read(Stream stream)
    {
        // Small logs are the rule: the first block is small, so that they cost no large buffer.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SmallBlock);
        int size = SmallBlock;
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

            int last = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n');
            if (last < 0 && size == BlockSize)
            {
                skipping = true;
                filled = 0;
                continue;
            }

            byte[] next = ArrayPool<byte>.Shared.Rent(BlockSize);
            int rest = filled - (last + 1);
            buffer.AsSpan(last + 1, rest).CopyTo(next);
            if (last >= 0)
            {
                int lines = buffer.AsSpan(0, last + 1).Count((byte)'\n');
                yield return new LineBlock(buffer, last + 1, line) { FollowsGiantLine = giant };
                giant = false;
                line += lines;
            }
            else
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            buffer = next;
            size = BlockSize;
            filled = rest;
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
