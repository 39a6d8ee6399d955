using System.IO.Compression;
using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Readers.Input;

/// <summary>A log that is cut while its writer holds it open begins with zeros where the lost part stood.</summary>
public sealed class LeadingGapTests
{
    private static readonly string Rows = string.Concat(Enumerable.Range(100, 50).Select(epoch => FormattableString.Invariant($"epoch {epoch} loss: {100.0 / epoch:F4}\n")));

    [Theory]
    [InlineData(64, false)]
    [InlineData(65_536, false)]
    [InlineData(65_599, false)]
    [InlineData(200_001, false)]
    [InlineData(200_001, true)]
    public void WhatStandsBehindIsRead(int zeros, bool isPacked)
    {
        byte[] log = [.. new byte[zeros], .. Encoding.UTF8.GetBytes(Rows)];

        var run = Assert.Single(ReadRun.Of(isPacked ? Packed(log) : log));

        Assert.Equal(50, run.Values(Metric.Loss).Length);
        Assert.Contains(zeros.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Assert.Single(run.Log.Notes, note => note.StartsWith("left out: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(300_000)]
    public void ZerosAloneAreNoLog(int zeros)
    {
        var refused = Assert.Throws<LogFormatException>(() => ReadRun.Of(new byte[zeros]));

        Assert.Contains("zero bytes, and holds nothing else", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>With the beginning the names of the columns are lost: the first row is not taken for them.</summary>
    [Fact]
    public void RowsWithoutTheirNamesAreRefused()
    {
        byte[] log = [.. new byte[5000], .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(100, 50).Select(step => FormattableString.Invariant($"{1.0 / step},{2.0 / step},{step},0.001\n"))))];

        var refused = Assert.Throws<LogFormatException>(() => ReadRun.Of(log, "progress.csv"));

        Assert.Contains("name", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }
}
