using System.Text;
using CsCheck;
using Google.Protobuf;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Protocol;

namespace TrainingDoctor.Tests.Readers;

public sealed class EventFileTests
{
    [Fact]
    public void ReadsScalarsOfBothForms()
    {
        byte[] file = new EventFileWriter()
            .Scalar(1, "train/loss", 3).Scalar(1, "val/loss", 4)
            .Tensor(2, "train/loss", 2.5f, "scalars").Scalar(2, "train/lr", 0.5f)
            .Tensor(3, "train/loss", float.NaN, null)
            .Tensor(3, "notes", 1, "text").ToArray();

        var run = Assert.Single(ReadRun.Of(file));

        Assert.Equal("tensorboard", run.Run.Source);
        Assert.Equal([3, 2.5, double.NaN], run.Values(Metric.Loss));
        Assert.Equal([1L, 2, 3], run.Steps(Metric.Loss));
        Assert.Equal([4.0], run.Values(Metric.ValidationLoss));
        Assert.Equal([0.5], run.Values(Metric.LearningRate));
        Assert.Equal(1_700_000_000, run.Run.StartedAt!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public void ReadsScalarsInPlaceAsTheProtocolDoes() =>
        Gen.Double.Select(Gen.Long, Gen.String[0, 200], Gen.Single, Gen.Int[1, 2], Gen.Bool).Sample((time, step, tag, number, values, hasMetadata) =>
        {
            var value = new SummaryValue { Tag = tag, SimpleValue = number, Metadata = hasMetadata ? new MetadataRecord() : null };
            var record = new EventRecord { WallTime = time, Step = step, Summary = new SummaryRecord { Value = { Enumerable.Repeat(value, values) } } };
            byte[] bytes = record.ToByteArray();

            bool isPlain = ScalarEvent.TryRead(bytes, out var read);

            Assert.Equal(values == 1 && !hasMetadata && tag.Length > 0, isPlain);
            if (isPlain)
            {
                var parsed = EventRecord.Parser.ParseFrom(bytes);
                Assert.Equal(parsed.WallTime, read.WallTime);
                Assert.Equal(parsed.Step, read.Step);
                Assert.Equal(parsed.Summary.Value[0].Tag, Encoding.UTF8.GetString(read.Tag));
                Assert.Equal(parsed.Summary.Value[0].SimpleValue, read.Value);
                for (int length = 0; length < bytes.Length; length++)
                {
                    Assert.False(ScalarEvent.TryRead(bytes.AsSpan(0, length), out _));
                }
            }
        });

    [Fact]
    public void TellsTagsApartHoweverManyThereAre()
    {
        var writer = new EventFileWriter();
        for (int step = 0; step < 5; step++)
        {
            writer.Scalar(step, "loss", 10 - step);
            for (int tag = 0; tag < 100; tag++)
            {
                writer.Scalar(step, $"grad_norm/layer{(tag + step) % 100}", tag);
            }

            writer.Scalar(step, "val/loss", 20 - step);
        }

        var run = Assert.Single(ReadRun.Of(writer.ToArray()));

        Assert.Equal([10.0, 9, 8, 7, 6], run.Values(Metric.Loss));
        Assert.Equal([20.0, 19, 18, 17, 16], run.Values(Metric.ValidationLoss));
        Assert.Equal([99.0, 98, 97, 96, 95], run.Values(Metric.GradientNorm, "layer99"));
    }

    [Fact]
    public void TurnsHistogramsIntoNormsOfParameters()
    {
        byte[] file = new EventFileWriter()
            .Scalar(1, "loss", 3)
            .Histogram(1, "gradients/fc1.weight", -2, 1, 4, 2, 9)
            .Histogram(1, "fc1.weight", -0.5, 0.75, 4, 1, 1).ToArray();

        var run = Assert.Single(ReadRun.Of(file));

        Assert.Equal([3.0], run.Values(Metric.GradientNorm, "fc1.weight"));
        Assert.Equal([2.0], run.Values(Metric.GradientAbsoluteMaximum, "fc1.weight"));
        Assert.Equal([1.0], run.Values(Metric.WeightNorm, "fc1.weight"));
        Assert.Equal([0.25], run.Values(Metric.WeightMean, "fc1.weight"));
        Assert.Equal(Math.Sqrt(0.25 - 0.0625), run.Values(Metric.WeightStandardDeviation, "fc1.weight")[0], 12);
    }

    [Fact]
    public void CountsRowsWhereEveryIterationCarriesItsEpoch()
    {
        var writer = new EventFileWriter();
        for (int i = 0; i < 40; i++)
        {
            writer.Scalar(1 + (i / 20), "train/loss", 40 - i);
        }

        var run = Assert.Single(ReadRun.Of(writer.ToArray()));

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), run.Steps(Metric.Loss));
    }

    [Fact]
    public void SkipsARecordWithAWrongChecksumAndStopsAtAWrongLength()
    {
        byte[] good = new EventFileWriter().Scalar(1, "loss", 3).Scalar(2, "loss", 2).Scalar(3, "loss", 1).ToArray();
        byte[] payload = (byte[])good.Clone();
        int one = new EventFileWriter().ToArray().Length;
        int each = (good.Length - one) / 3;
        payload[one + each + 20] ^= 1;
        byte[] length = (byte[])good.Clone();
        length[one + each] ^= 1;

        var skipped = Assert.Single(ReadRun.Of(payload));
        var stopped = Assert.Single(ReadRun.Of(length));

        Assert.Equal([3.0, 1.0], skipped.Values(Metric.Loss));
        Assert.Contains("skipped", Assert.Single(skipped.Log.Damage).Problem, StringComparison.Ordinal);
        Assert.Equal([3.0], stopped.Values(Metric.Loss));
        Assert.Single(stopped.Log.Damage);
    }

    [Fact]
    public void KeepsEverythingBeforeACutWhereverItIs()
    {
        byte[] file = new EventFileWriter().Scalar(1, "loss", 3).Scalar(2, "loss", 2).Scalar(3, "loss", 1).ToArray();
        int one = new EventFileWriter().ToArray().Length;
        int each = (file.Length - one) / 3;
        for (int length = one + each; length < file.Length; length++)
        {
            var run = Assert.Single(ReadRun.Of(file[..length]));
            Assert.Equal((length - one) / each, run.Values(Metric.Loss).Length);
            Assert.Equal((length - one) % each == 0, run.Log.Damage.Count == 0);
        }
    }

    [Fact]
    public void RefusesAFileWithoutNumbers() =>
        Assert.Contains("no number", Assert.Throws<LogFormatException>(() => ReadRun.Of(new EventFileWriter().ToArray())).Message, StringComparison.Ordinal);
}
