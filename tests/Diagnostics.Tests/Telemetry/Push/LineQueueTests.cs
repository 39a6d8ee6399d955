using System.Globalization;
using System.Text;
using CsCheck;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Tests.Telemetry.Push;

public sealed class LineQueueTests
{
    private const int Capacity = 128 * 1024;
    private const int BatchLength = 32 * 1024;

    /// <summary>Whatever is added and taken: what comes out is in order with the indexes it had, and what does not come out was counted.</summary>
    [Fact]
    public void WhatIsNotTakenWasCounted() =>
        Gen.Select(Gen.Int[1, 60_000], Gen.Bool).Array[0, 60].Sample(actions =>
        {
            var queue = new LineQueue(Capacity, BatchLength, () => { });
            var taken = new List<(long Index, string Line)>();
            var added = new List<string>();
            long dropped = 0;
            foreach (var (length, takes) in actions)
            {
                string line = added.Count.ToString(CultureInfo.InvariantCulture).PadLeft(length, '.') + "\n";
                added.Add(line);
                dropped += queue.Add(Encoding.UTF8.GetBytes(line)) ? 0 : 1;
                if (takes && queue.Take() is { } batch)
                {
                    taken.AddRange(Empty(queue, batch));
                }
            }

            queue.Seal();
            while (queue.Take() is { } batch)
            {
                taken.AddRange(Empty(queue, batch));
            }

            Assert.Equal((added.Count, dropped), (queue.Added, queue.Dropped));
            Assert.Equal(added.Count, taken.Count + dropped);
            Assert.All(taken, item => Assert.Equal(added[(int)item.Index], item.Line));
            Assert.Equal(taken.Select(item => item.Index).Order(), taken.Select(item => item.Index));
        });

    /// <summary>Short lines must not slip in one by one between long ones that find no room, each in a buffer of its own.</summary>
    [Fact]
    public void AFullQueueTakesNothingUntilABatchHasRoom()
    {
        var queue = new LineQueue(Capacity, BatchLength, () => { });
        byte[] line = Encoding.UTF8.GetBytes(new string('.', 999) + "\n");
        while (queue.Add(line))
        {
        }

        Assert.False(queue.Add("{}\n"u8));
        var batch = queue.Take()!;
        Assert.InRange(batch.Length, BatchLength - line.Length, BatchLength);
        Assert.False(queue.Add("{}\n"u8));
        queue.Release(batch);

        Assert.True(queue.Add("{}\n"u8));
        Assert.Equal(3, queue.Dropped);
    }

    private static List<(long Index, string Line)> Empty(LineQueue queue, LineBatch batch)
    {
        var lines = new List<(long, string)>();
        while (batch.Lines > 0)
        {
            lines.Add((batch.FirstLine, Encoding.UTF8.GetString(batch.First(1).Span)));
            batch.Skip(1);
        }

        queue.Release(batch);
        return lines;
    }
}
