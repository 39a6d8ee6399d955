using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsCheck;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Whatever the bytes: an error or a warning, never a crash, a hang or half a gigabyte.</summary>
[Trait("Speed", "Slow")]
public sealed class FuzzTests
{
    private static readonly (string Name, byte[] Bytes)[] Seeds =
    [
        ("metrics.csv", "epoch,step,train_loss,val_loss,lr\n0,9,1.5,,0.1\n0,19,1.25,,0.1\n0,19,,2,\n1,29,nan,,0.05\n1,39,1e-3,,\"[0.05, 0.1]\"\n"u8.ToArray()),
        ("log.jsonl", "{\"step\": 1, \"loss\": 2.5, \"x\": {\"y\": [1, {\"z\": 2}]}}\n{\"step\": 2, \"loss\": NaN, \"mode\": \"val\"}\n{\"step\": 3, \"loss\": \"1.5\\u0041\"}\n"u8.ToArray()),
        ("trainer_state.json", "{\"max_steps\": 20, \"log_history\": [{\"loss\": 2.5, \"step\": 10}, {\"eval_loss\": -Infinity, \"step\": 10}], \"a\": [1, 2, [3]]}"u8.ToArray()),
        ("history.json", "{\"loss\": [3, 2, 1], \"val_loss\": [4, 3.5]}"u8.ToArray()),
        ("train.log", "Epoch [1/3], Step [10/20], Loss: 0.5, lr: 1e-3 (avg 0.4)\r\n{'loss': nan, 'epoch': 0.5}\nvalid | loss 3.5 | ppl 9\n"u8.ToArray()),
        ("log.txt", "0 val 10.5\n0 train 11\n1 train 9\n2 train 8.5\n"u8.ToArray()),
        ("val_loss", "1617110664967 3.0 0\n1617110889249 2.9 1\n"u8.ToArray()),
        ("events.out.tfevents.1", new EventFileWriter().Scalar(1, "loss", 3).Tensor(2, "loss", 2, "scalars").Histogram(2, "fc.weight", -1, 1, 4, 0, 2).Scalar(3, "loss", 1).ToArray()),
    ];

    /// <summary>Reads, and takes a clear refusal for an answer.</summary>
    internal static void ReadOrRefuse(byte[] bytes, string name)
    {
        try
        {
            _ = ReadRun.Of(bytes, name);
        }
        catch (LogFormatException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }

    [Fact]
    public void TakesACutAtEveryByte()
    {
        foreach (var (name, bytes) in Seeds)
        {
            for (int length = 0; length <= bytes.Length; length++)
            {
                ReadOrRefuse(bytes[..length], name);
            }
        }
    }

    [Fact]
    public void TakesEveryFlippedBit()
    {
        foreach (var (name, bytes) in Seeds)
        {
            for (int bit = 0; bit < 8 * bytes.Length; bit++)
            {
                byte[] flipped = (byte[])bytes.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                ReadOrRefuse(flipped, name);
            }
        }
    }

    [Fact]
    public void TakesAnyBytesAfterAnyBeginning() =>
        Gen.Int[0, Seeds.Length - 1].Select(Gen.Int[0, 60], Gen.Byte.Array[0, 300]).Sample((seed, length, noise) =>
        {
            var (name, bytes) = Seeds[seed];
            ReadOrRefuse([.. bytes[..Math.Min(length, bytes.Length)], .. noise, .. bytes], name);
        }, iter: 2000);

    [Fact]
    public void TakesPiecesOfEveryFormatInAnyOrder() =>
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Int[0, 200], Gen.Int[0, 200]).Array[1, 6].Sample(pieces =>
            ReadOrRefuse([.. pieces.SelectMany(piece => Seeds[piece.Item1].Bytes.Skip(piece.Item2).Take(piece.Item3))], "log"), iter: 2000);

    [Fact]
    public void TakesEncodingsThatLie()
    {
        foreach (var (name, bytes) in Seeds)
        {
            ReadOrRefuse([0xFF, 0xFE, .. bytes], name);
            ReadOrRefuse([0xFE, 0xFF, .. bytes], name);
            ReadOrRefuse([0xEF, 0xBB, 0xBF, .. bytes], name);
            ReadOrRefuse([0x1F, 0x8B, .. bytes], name);
            ReadOrRefuse(Encoding.UTF32.GetBytes(Encoding.Latin1.GetString(bytes)), name);
        }
    }

    [Fact]
    public void ReadsNaNInEveryField()
    {
        var table = Assert.Single(ReadRun.Of("step,epoch,loss,val_loss,lr,grad_norm\nnan,nan,nan,nan,nan,nan\nNaN,NaN,NaN,NaN,NaN,NaN\n"));
        var lines = Assert.Single(ReadRun.Of("{\"step\": NaN, \"epoch\": NaN, \"loss\": NaN, \"val_loss\": NaN, \"lr\": NaN}\n{\"step\": NaN, \"epoch\": NaN, \"loss\": NaN, \"val_loss\": NaN, \"lr\": NaN}\n"));

        Assert.Equal([double.NaN, double.NaN], table.Values(Metric.Loss));
        Assert.Equal([double.NaN, double.NaN], lines.Values(Metric.ValidationLoss));
    }

    [Fact]
    public void TakesAHundredThousandColumns()
    {
        string header = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"layer{i}/loss"));
        string row = string.Join(',', Enumerable.Range(0, 100_000).Select(i => "1"));
        string json = "{" + string.Join(",", Enumerable.Range(0, 100_000).Select(i => $"\"layer{i}/loss\": 1")) + "}\n";

        Bounded(() => ReadOrRefuse(Encoding.UTF8.GetBytes($"{header}\n{row}\n{row}\n"), "metrics.csv"));
        Bounded(() => ReadOrRefuse(Encoding.UTF8.GetBytes(json + json + json), "metrics.jsonl"));
    }

    [Fact]
    public void LeavesGiantLinesOut()
    {
        byte[] giant = Encoding.UTF8.GetBytes($"step,loss\n1,2\n{new string('9', 20_000_000)}\n2,1\n");

        var run = Assert.Single(ReadRun.Of(giant));

        Assert.Equal([2.0, 1.0], run.Values(Metric.Loss));
        Assert.Contains("longer than", Assert.Single(run.Log.Damage).Problem, StringComparison.Ordinal);
        Bounded(() => ReadOrRefuse([.. "{\"log_history\": [{\"loss\": 1, \"a\": \""u8, .. Enumerable.Repeat((byte)'x', 40_000_000), .. "\"}]}"u8], "trainer_state.json"));
        Bounded(() => ReadOrRefuse([.. Enumerable.Repeat((byte)'x', 40_000_000)], "x.log"));
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[")]
    [InlineData("{\"log_history\": [[")]
    public void TakesDeepNesting(string opening)
    {
        byte[] deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(opening, 200_000)));
        Bounded(() => ReadOrRefuse(deep, "deep.json"));
        Bounded(() => ReadOrRefuse([.. "{\"step\": 1, \"loss\": 2}\n"u8, .. deep, .. "\n{\"step\": 2, \"loss\": 1}\n"u8], "deep.jsonl"));
    }

    [Fact]
    public void StopsAtADecompressionBomb()
    {
        byte[] bomb;
        using (var packed = new MemoryStream())
        {
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                gzip.Write("step,loss\n1,2\n"u8);
                byte[] blanks = new byte[1 << 20];
                Array.Fill(blanks, (byte)' ');
                for (int i = 0; i < 300; i++)
                {
                    gzip.Write(blanks);
                }
            }

            bomb = packed.ToArray();
        }

        Bounded(() => Assert.Contains("bomb", Assert.Throws<LogFormatException>(() => ReadRun.Of(bomb, "x.csv.gz")).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(60UL << 20)]
    public void TakesHugeLengthsOfRecords(ulong length)
    {
        // A length whose checksum is right, with next to nothing behind it.
        byte[] bytes = BitConverter.GetBytes(length);
        byte[] crc = BitConverter.GetBytes(Crc32C.Masked(bytes));
        Bounded(() => ReadOrRefuse([.. new EventFileWriter().Scalar(1, "loss", 1).ToArray(), .. bytes, .. crc, 1, 2, 3], "events.out.tfevents.1"));
    }

    [Fact]
    public void TakesNamesThatNeverRepeat()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 60_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"loss\": 1, \"key{i}\": 2}}\n");
        }

        Bounded(() => ReadOrRefuse(Encoding.UTF8.GetBytes(text.ToString()), "log.jsonl"));
    }

    private static void Bounded(Action read)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        read();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");

        // What is allocated in all bounds what is ever held.
        using var process = Process.GetCurrentProcess();
        long live = GC.GetTotalMemory(forceFullCollection: false);
        Assert.True(Math.Min(live, GC.GetTotalAllocatedBytes(precise: true) - before) < 500L << 20, $"{live >> 20} MiB live");
    }
}
