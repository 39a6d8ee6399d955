using System.Text;
using System.Text.Json;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input.Markup;

namespace TrainingDoctor.Tests.Readers;

/// <summary>The law of conservation for logs that programs write for programs: whole JSON documents, exports of trackers, event files and stores. Every number of them is accounted for, one by one.</summary>
public sealed class ConservationOfCellsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Readers", "Layouts", "Structured");

    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path)!).Where(name => !name.EndsWith(".expected.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryNumberOfADocumentIsAccountedFor(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, name));
        var account = new ReadingAccount(0);
        List<ReadRun> runs;
        try
        {
            runs = ReadRun.OfPath(Path.Combine(Folder, name), new LogReadOptions { Account = account });
        }
        catch (LogFormatException)
        {
            return;
        }

        // Documents that were cut, or hold what JSON forbids, are the business of other tests.
        if (CountNumbers(bytes) is { } expected && !runs.Exists(run => run.Log.Damage.Count > 0))
        {
            Assert.True(account.Total >= expected, $"{name}: {account.Total} numbers are accounted for, {expected} stand in the document");
        }
    }

    [Theory]
    [InlineData("""{"log_history": [{"loss": 2.5, "step": 1}, {"loss": 2.0, "step": 2}], "other": [{"x": 7, "y": [8, 9]}], "best_metric": 0.5, "list": [1, 2, [3, 4]]}""", 12)]
    [InlineData("""{"loss": [3, 2, 1], "single": [5], "nested": {"a": {"b": 6}}, "pairs": [[1, 2, 3, 4], [5]]}""", 10)]
    [InlineData("""[{"step": 1, "loss": 2.5, "lrs": [0.1, 0.2, 0.3]}, {"step": 2, "loss": 2.0, "value": 4, "deep": {"er": [[1, 2], {"z": 3}]}}]""", 11)]
    [InlineData("""{"loss": {"0": 2.5, "1": 2.0, "2": 1.5}, "epoch_1": {"acc": 0.5}, "epoch_2": {"acc": 0.6}}""", 5)]
    public void NoNumberIsLostHoweverDeepItLies(string document, long expected)
    {
        var account = new ReadingAccount(0);

        ReadRun.Of(document, "log.json", new LogReadOptions { Account = account });

        Assert.True(account.Total >= expected, $"{account.Total} numbers are accounted for, {expected} stand in the document: {string.Join("; ", account.Numbers.Select(number => $"{number.Name} {number.Use} {number.Count}"))}");
    }

    [Fact]
    public void WhatADocumentHoldsBesidesItsRowsIsListedWithItsName()
    {
        var account = new ReadingAccount(0);

        ReadRun.Of("""{"log_history": [{"loss": 2.5, "step": 1}, {"loss": 2.0, "step": 2}], "other": [{"x": 7}, {"x": 8}]}""", "trainer_state.json", new LogReadOptions { Account = account });

        var other = Assert.Single(account.Numbers, number => number.Name == "other/x");
        Assert.Equal((NumberUse.Unused, 2L), (other.Use, other.Count));
    }

    [Fact]
    public void TheBoundsOfAnExportedChartAreListed()
    {
        var account = new ReadingAccount(0);
        const string Export = "\"Step\",\"a - loss\",\"a - loss__MIN\",\"a - loss__MAX\"\n\"1\",\"2.5\",\"2.4\",\"2.6\"\n\"2\",\"2.0\",\"1.9\",\"2.1\"\n";

        ReadRun.Of(Export, "export.csv", new LogReadOptions { Account = account });

        Assert.Equal(8, account.Total);
        Assert.Equal(4, account.Numbers.Where(number => number.Use == NumberUse.Unused).Sum(number => number.Count));
        Assert.Contains(account.Numbers, number => number.Name.EndsWith("__MIN", StringComparison.Ordinal) && number.Count == 2);
    }

    [Fact]
    public void CellsWithoutANameAboveThemAreListed()
    {
        var account = new ReadingAccount(0);

        ReadRun.Of("step,loss\n1,2.5,7\n2,2.0,8\n3,1.5,9\n", "log.csv", new LogReadOptions { Account = account });

        Assert.Equal(9, account.Total);
    }

    [Fact]
    public void EventsOfNoUseAreListedWithTheirTags()
    {
        var account = new ReadingAccount(0);
        byte[] events = new EventFileWriter().Scalar(1, "loss", 3).Histogram(1, "weird", -1, 1, 4, 0, 2).Tensor(1, "notes", 2, "text").Scalar(2, "loss", 2).Scalar(3, "loss", 1).ToArray();

        ReadRun.Of(events, "events.out.tfevents.1", new LogReadOptions { Account = account });

        Assert.Equal(3, account.Numbers.Single(number => number.Why == "loss").Count);
        Assert.Contains(account.Numbers, number => number is { Name: "notes", Use: NumberUse.Unused, Count: 1 });
        Assert.Contains(account.Numbers, number => number.Use == NumberUse.Unused && number.Name.StartsWith("weird", StringComparison.Ordinal));
    }

    [Fact]
    public void TheTimesOfAStoreAreListed()
    {
        var account = new ReadingAccount(0);

        ReadRun.Of("1617110664967 3.0 0\n1617110889249 2.9 1\n1617110989249 2.8 2\n", "val_loss", new LogReadOptions { Account = account });

        Assert.Equal(9, account.Total);
        Assert.Contains(account.Numbers, number => number is { Use: NumberUse.Time, Count: 3 });
    }

    [Fact]
    public void EveryNumberOfABinaryHistoryIsAccountedFor()
    {
        const string Histogram = """{"_type":"histogram","values":[1,2,3],"bins":[0.1,0.2,0.3,0.4]}""";
        const string Table = """{"_type":"table-file","ncols":3,"nrows":12,"size":4096}""";
        const string Deep = """{"a":[1,[2,3]],"b":{"c":4,"d":"text"},"e":null}""";
        string picture = $$"""{"_type":"image-file","width":28,"caption":"{{new string('x', 40_000)}}"}""";
        var writer = new WandbFileWriter();
        long expected = 0;
        for (int step = 0; step < 200; step++)
        {
            (string Name, string Json)[] row =
            [
                ("_step", $"{step}"), ("_runtime", $"{step}.5"), ("loss", $"{2.5 / (1 + step)}"), ("val/acc", "0.5"), ("note", "\"best\""), ("nothing", "null"), ("gradients/layer1.weight", Histogram), ("samples", Table), ("deep", Deep),
                .. step == 7 ? [("picture", picture)] : Array.Empty<(string, string)>(),
            ];
            expected += row.Sum(value => CountNumbers(Encoding.UTF8.GetBytes(value.Json)) ?? 0);
            writer.Row(step, row);
        }

        var account = new ReadingAccount(0);
        var run = Assert.Single(ReadRun.Of(writer.ToArray(), "run-1.wandb", new LogReadOptions { Account = account }));

        Assert.Equal(expected, account.Total);
        Assert.Equal(200, run.Values(Metric.Loss).Length);
        Assert.Equal(200, account.Numbers.Single(number => number.Why == "loss").Count);
        Assert.Equal(7 * 200, account.Numbers.Where(number => number.Name.StartsWith("gradients/", StringComparison.Ordinal)).Sum(number => number.Count));
        Assert.Equal((NumberUse.Unused, 1L), (account.Numbers.Single(number => number.Name == "picture").Use, account.Numbers.Single(number => number.Name == "picture").Count));
    }

    [Fact]
    public void NumbersOfABinaryHistoryThatEndsWithinARecordAreThoseOfItsWholeRecords()
    {
        byte[] whole = new WandbFileWriter().Row(0, ("loss", "2.5"), ("epoch", "1")).Row(1, ("loss", "2.0"), ("epoch", "2")).Row(2, ("loss", "1.5"), ("epoch", "3")).ToArray();
        var account = new ReadingAccount(0);

        var run = Assert.Single(ReadRun.Of(whole[..^3], "run-1.wandb", new LogReadOptions { Account = account }));

        Assert.Equal([2.5, 2.0], run.Values(Metric.Loss));
        Assert.NotEmpty(run.Log.Damage);
        Assert.Equal(2, account.Numbers.Single(number => number.Why == "loss").Count);
    }

    private static long? CountNumbers(byte[] bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0));
            long numbers = 0;
            while (reader.Read())
            {
                numbers += reader.TokenType == JsonTokenType.Number ? 1 : 0;
            }

            return numbers;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
