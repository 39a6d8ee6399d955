using System.Text;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

public sealed class TableTests
{
    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void ReadsKerasWithAnySeparatorAndLineEnd(char separator)
    {
        string text = "epoch,accuracy,loss,val_accuracy,val_loss\r\n0,0.5,1.25,0.4,1.5\r\n1,0.75,nan,NA,inf\r\n".Replace(',', separator);

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal("keras", run.Run.Source);
        Assert.Equal([1.25, double.NaN], run.Values(Metric.Loss));
        Assert.Equal([0.4], run.Values(Metric.ValidationAccuracy));
        Assert.Equal([1.5, double.PositiveInfinity], run.Values(Metric.ValidationLoss));
        Assert.Equal([0L, 1L], run.Steps(Metric.Loss));
        Assert.Equal([1.0, 2.0], run.Values(Metric.Epoch));
        Assert.True(run.Log.LossIsAveraged);
        Assert.Empty(run.Log.Damage);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    public void ReadsDecimalCommas(char separator)
    {
        var run = Assert.Single(ReadRun.Of("epoch,loss,val_loss\n1,2.5,2.25\n2,-2,1.5E-05\n3,∞,NaN\n".Replace(',', separator).Replace('.', ',')));

        Assert.Equal([2.5, -2, double.PositiveInfinity], run.Values(Metric.Loss));
        Assert.Equal([2.25, 1.5e-5, double.NaN], run.Values(Metric.ValidationLoss));
        Assert.Empty(run.Log.Damage);
    }

    [Theory]
    [InlineData(", ")]
    [InlineData(" ")]
    public void ReadsNamesInTheCommentOfSavetxt(string separator)
    {
        var run = Assert.Single(ReadRun.Of("# epoch loss val_loss\n1.000e+00 2.500e+00 2.250e+00\n2.000e+00 2.000e+00 2.125e+00\n".Replace(" ", separator).Replace("#" + separator, "# ")));

        Assert.Equal([2.5, 2], run.Values(Metric.Loss));
        Assert.Equal([2.25, 2.125], run.Values(Metric.ValidationLoss));
        Assert.Equal([1L, 2], run.Steps(Metric.Loss));
        Assert.Empty(run.Log.Damage);
    }

    [Fact]
    public void LeavesOutWhatLiesBeyondTheBarsOfATable()
    {
        var run = Assert.Single(ReadRun.Of("| epoch | Train Loss | Val Loss |\n|-------|------------|----------|\n|     1 |        2.5 |     2.25 |\n|     2 |        2.0 |    2.125 |\n"));

        Assert.Equal([2.5, 2], run.Values(Metric.Loss));
        Assert.Equal([2.25, 2.125], run.Values(Metric.ValidationLoss));
        Assert.Empty(run.Log.UnmappedColumns);
    }

    [Fact]
    public void SplitsWhatKerasAppended()
    {
        var runs = ReadRun.Of("epoch,loss\n0,3\n1,2\n2,1\n0,9\n1,8\n0,7\n");

        Assert.Equal([[3.0, 2.0, 1.0], [9.0, 8.0], [7.0]], runs.Select(run => run.Values(Metric.Loss)));
        Assert.Equal(["log", "log (2)", "log (3)"], runs.Select(run => run.Run.Name));
    }

    [Fact]
    public void JoinsWhatResumesFromACheckpoint()
    {
        var run = Assert.Single(ReadRun.Of("step,loss\n10,5\n20,4\n30,3\n40,2\n30,3\n40,2\n50,1\n"));

        Assert.Equal([5.0, 4, 3, 2, 3, 2, 1], run.Values(Metric.Loss));
        Assert.Equal([10L, 20, 30, 40, 40, 40, 50], run.Steps(Metric.Loss));
        Assert.Contains("resumed", Assert.Single(run.Log.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void DropsBlanksOfLightningInsteadOfFillingThem()
    {
        var run = Assert.Single(ReadRun.Of("epoch,step,train_loss,val_loss\n0,49,1.5,\n0,99,1.25,\n0,99,,2\n1,149,1,\n1,199,0.75,\n1,199,,1.5\n1,200,,0.25\n"));

        Assert.Equal("lightning", run.Run.Source);
        Assert.Equal([1.5, 1.25, 1, 0.75], run.Values(Metric.Loss));
        Assert.Equal([2.0, 1.5], run.Values(Metric.ValidationLoss));
        Assert.Contains("after training", Assert.Single(run.Log.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void SumsPaddedPartsOfUltralyticsAndSkipsConflictMarkers()
    {
        var run = Assert.Single(ReadRun.Of("""
                  epoch,   train/box_loss,   train/cls_loss,  metrics/precision(B), metrics/mAP50-95(B), val/box_loss, val/cls_loss, lr/pg0, lr/pg1, lr/pg2
                      0,             1.5,             2.25,       0.1,       0.25,   1,   2,   0.07,   0.003,   0.003
            <<<<<<< HEAD
                      1,             1.0,             1.75,       0.2,       0.50,   2,   2,   0.04,   0.006,   0.006
            =======
            >>>>>>> 41feda3
            """));

        Assert.Equal("ultralytics", run.Run.Source);
        Assert.Equal([3.75, 2.75], run.Values(Metric.Loss));
        Assert.Equal([3.0, 4.0], run.Values(Metric.ValidationLoss));
        Assert.Equal([0.25, 0.5], run.Values(Metric.ValidationAccuracy));
        Assert.Equal([0.003, 0.006], run.Values(Metric.LearningRate));
        Assert.Equal(3, run.Log.Damage.Count);
        Assert.Equal("log(3)", run.Log.Damage[0].Location);
    }

    [Fact]
    public void TakesTheRunsOfAWandbExportApart()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("export").FullName, "export.csv");
        File.WriteAllText(path, "\"Step\",\"a - train/loss\",\"a - train/loss__MIN\",\"a - train/loss__MAX\",\"b - train/loss\"\n\"0\",\"3\",\"2\",\"4\",\"9\"\n\"10\",\"2\",\"1\",\"3\",\"8\"\n");

        var runs = ReadRun.OfPath(path);

        Assert.Equal(["a", "b"], runs.Select(run => run.Run.Name));
        Assert.Equal([3.0, 2.0], runs[0].Values(Metric.Loss));
        Assert.Equal([9.0, 8.0], runs[1].Values(Metric.Loss));
    }

    [Fact]
    public void ReadsOneNumberPerRow()
    {
        var run = Assert.Single(ReadRun.Of("step,metric,value\n1,train_loss,2\n1,val_loss,3\n2,train_loss,1\n"));

        Assert.Equal([2.0, 1.0], run.Values(Metric.Loss));
        Assert.Equal([3.0], run.Values(Metric.ValidationLoss));
    }

    [Fact]
    public void NamesTheSeriesThatTensorBoardExportedAfterTheFile()
    {
        var run = Assert.Single(ReadRun.Of("Wall time,Step,Value\n1.7e9,10,2.5\n1.7e9,20,2\n", "run-a-tag-val_loss.csv"));

        Assert.Equal([2.5, 2.0], run.Values(Metric.ValidationLoss));
        Assert.Equal([10L, 20], run.Steps(Metric.ValidationLoss));
    }

    [Fact]
    public void ReadsPhasesOfAColumn()
    {
        var run = Assert.Single(ReadRun.Of("epoch,phase,loss,acc\n1,train,2,0.5\n1,val,3,0.4\n2,train,1,0.6\n2,val,2.5,0.45\n"));

        Assert.Equal([2.0, 1.0], run.Values(Metric.Loss));
        Assert.Equal([3.0, 2.5], run.Values(Metric.ValidationLoss));
        Assert.Equal([0.4, 0.45], run.Values(Metric.ValidationAccuracy));
    }

    [Fact]
    public void TakesColumnsByMap()
    {
        var options = new LogReadOptions { Roles = new Dictionary<string, string> { ["loss"] = "gamma", ["step"] = "n", ["val_loss"] = "delta" } };

        var run = Assert.Single(ReadRun.Of("n,gamma,delta\n5,2,3\n6,1,4\n", options: options));

        Assert.Equal([2.0, 1.0], run.Values(Metric.Loss));
        Assert.Equal([3.0, 4.0], run.Values(Metric.ValidationLoss));
        Assert.Equal([5L, 6], run.Steps(Metric.Loss));
    }

    [Fact]
    public void RefusesAMapToNothing()
    {
        var unknown = new LogReadOptions { Roles = new Dictionary<string, string> { ["loss"] = "gamma" } };
        var wrong = new LogReadOptions { Roles = new Dictionary<string, string> { ["happiness"] = "loss" } };

        Assert.Contains("'gamma'", Assert.Throws<LogFormatException>(() => ReadRun.Of("step,loss\n1,2\n", options: unknown)).Message, StringComparison.Ordinal);
        Assert.Contains("'happiness'", Assert.Throws<ArgumentException>(() => ReadRun.Of("step,loss\n1,2\n", options: wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesTheColumnsWhenNoneHasARole()
    {
        var exception = Assert.Throws<LogFormatException>(() => ReadRun.Of("apples,pears\n1,2\n3,4\n"));

        Assert.Contains("apples, pears", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--map", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsColumnsThatNoRuleUses()
    {
        var run = Assert.Single(ReadRun.Of("step,loss,apples\n1,2,3\n2,1,3\n"));

        Assert.Equal(["apples"], run.Log.UnmappedColumns);
        Assert.Equal("loss", run.Log.MappedColumns["loss"]);
    }

    [Fact]
    public void ReportsARowCutShortAndKeepsTheOthers()
    {
        var run = Assert.Single(ReadRun.Of("step,loss,val_loss,lr\n1,2,3,0.1\n2,1.5,2,0.1\n3,1.2"));

        Assert.Equal([2.0, 1.5], run.Values(Metric.Loss));
        Assert.Contains("ends within a row", Assert.Single(run.Log.Damage).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsUtf16AndByteOrderMarks()
    {
        const string Text = "epoch,loss\n0,2\n1,1\n";

        Assert.Equal([2.0, 1.0], Assert.Single(ReadRun.Of([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)])).Values(Metric.Loss));
        Assert.Equal([2.0, 1.0], Assert.Single(ReadRun.Of([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)])).Values(Metric.Loss));
        Assert.Equal([2.0, 1.0], Assert.Single(ReadRun.Of([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)])).Values(Metric.Loss));
    }
}
