using System.IO.Compression;
using CsCheck;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Receiving;

/// <summary>A run that is taken up from a snapshot has the report of one that was never interrupted, and of one that is replayed.</summary>
public sealed class ReceivedSnapshotTests : IDisposable
{
    private static readonly RuleSet Rules = RuleSet.Default;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public static TheoryData<string> Demos => [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "Host", "Demo", "Recordings"), "*.br").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    /// <summary>Wherever a run is cut, and however much came after the snapshot. Slow, since each recording is judged again for each cut.</summary>
    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Demos))]
    public void ARecordingGoesOnFromWhereverItWasCut(string demo)
    {
        string[] lines = Recording(demo);
        string whole = Finished(Begin("whole"), lines);

        Gen.Select(Gen.Int[1, lines.Length], Gen.Int[0, 60]).Sample(
            (cut, further) =>
            {
                int killed = Math.Min(lines.Length, cut + further);
                string id = $"r{cut}-{further}";
                var first = Begin(id);
                Take(first, lines, 0, cut);
                byte[] snapshot = first.Snapshot()!;
                Take(first, lines, cut, killed);
                first.Dispose();

                var second = Begin(id, snapshot);
                Assert.Equal(lines[cut..killed].Sum(line => line.Length + 1), second.Unsaved);
                Assert.Equal(killed, second.NextLine);
                Assert.Equal(whole, Finished(second, lines));
            },
            iter: 8,
            threads: 1);
    }

    [Fact]
    public void LinesThatWereLostAndLinesThatWereNoneAreRemembered()
    {
        string[] lines = TelemetryLines.Of("holes", illFrom: 30, layers: 2);
        var (whole, first) = (Begin("whole"), Begin("cut"));
        foreach (var run in (ReceivedRun[])[whole, first])
        {
            Take(run, lines, 0, 20);
            Take(run, lines, 25, 30);
            Assert.NotNull(run.Take(30, "nonsense\n"u8.ToArray()).Fault);
        }

        byte[] snapshot = first.Snapshot()!;
        first.Dispose();
        var second = Begin("cut", snapshot);
        foreach (var run in (ReceivedRun[])[whole, second])
        {
            Take(run, lines, 33, 40);
        }

        string finished = Finished(second, lines);

        Assert.Equal(Finished(whole, lines), finished);
        Assert.Contains("lines 20 to 24", finished, StringComparison.Ordinal);
        Assert.Contains("lines 30 to 32", finished, StringComparison.Ordinal);
        Assert.Contains("expected a line of telemetry", finished, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatIsOverIsTakenUpAsOver()
    {
        string[] lines = TelemetryLines.Of("over", illFrom: 30, layers: 2);
        var first = Begin("over");
        string whole = Finished(first, lines, out byte[]? snapshot);

        var second = Begin("over", snapshot);

        Assert.True(second.IsComplete);
        Assert.Equal(0, second.Unsaved);
        Assert.Equal(new ReceivedLines(0, 0, null), second.Take(10, Bytes(lines[10..])));
        Assert.True(second.Look()!.IsEnded);
        Assert.Equal(whole, second.Finish()!.Report.ToJson());
    }

    /// <summary>Whatever is wrong with a snapshot, the record is replayed.</summary>
    [Theory]
    [InlineData("of another run")]
    [InlineData("of lines that the record lacks")]
    [InlineData("damaged")]
    [InlineData("of other rules")]
    public void ASnapshotThatDoesNotFitIsLeftAside(string fault)
    {
        string[] lines = TelemetryLines.Of("fits", illFrom: 30, layers: 2);
        string whole = Finished(Begin("whole"), lines);
        var first = Begin("cut");
        Take(first, lines, 0, 30);
        byte[] snapshot = first.Snapshot()!;
        first.Dispose();
        string path = Path.Combine(_folder, "cut.jsonl");
        switch (fault)
        {
            case "of another run":
                var other = Begin("other");
                Take(other, TelemetryLines.Of("others", layers: 2), 0, 30);
                snapshot = other.Snapshot()!;
                break;
            case "of lines that the record lacks":
                File.WriteAllLines(path, lines[..25]);
                break;
            case "damaged":
                snapshot[snapshot.Length / 2]++;
                break;
            default:
                snapshot = Snapshot(lines, new RuleSet([.. Rules.Rules.Skip(1)]));
                break;
        }

        var second = Begin("cut", snapshot);

        Assert.Equal(File.ReadAllLines(path).Sum(line => line.Length + 1), second.Unsaved);
        Assert.Equal(whole, Finished(second, lines));
    }

    [Fact]
    public void ThereIsNoSnapshotOfWhatHasNotBegunOrWasBrokenOff()
    {
        var run = Begin("none");
        Assert.Null(run.Snapshot());
        Take(run, TelemetryLines.Of("none"), 0, 10);
        Assert.NotNull(run.Snapshot());
        run.Finish();
        Assert.Null(run.Snapshot());
    }

    /// <summary>What a host knows beyond its record it cannot prove after a restart.</summary>
    [Fact]
    public void ThereIsNoSnapshotOnceTheRecordIsFull()
    {
        string[] lines = TelemetryLines.Of("full");
        using var run = new ReceivedRun("full", Rules, new RunRecord(Path.Combine(_folder, "full.jsonl"), Bytes(lines[..10]).Length), _ => { });
        Take(run, lines, 0, 10);
        Assert.NotNull(run.Snapshot());
        Take(run, lines, 10, 20);

        Assert.Null(run.Snapshot());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static string[] Recording(string demo)
    {
        using var reader = new StreamReader(new BrotliStream(File.OpenRead(Path.Combine(Repository.Root, "src", "Host", "Demo", "Recordings", demo)), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static byte[] Snapshot(string[] lines, RuleSet rules)
    {
        using var run = new ReceivedRun("cut", rules, null, _ => { });
        Take(run, lines, 0, 30);
        return run.Snapshot()!;
    }

    private ReceivedRun Begin(string id, byte[]? snapshot = null) => new(id, Rules, new RunRecord(Path.Combine(_folder, id + ".jsonl"), 1 << 30), _ => { }, snapshot);

    private static void Take(ReceivedRun run, string[] lines, int from, int to)
    {
        for (int at = from; at < to; at += 9)
        {
            Assert.Null(run.Take(at, Bytes(lines[at..Math.Min(to, at + 9)])).Fault);
        }
    }

    private static string Finished(ReceivedRun run, string[] lines) => Finished(run, lines, out _);

    /// <summary>Takes what is left of a run, and returns its report.</summary>
    private static string Finished(ReceivedRun run, string[] lines, out byte[]? snapshot)
    {
        using (run)
        {
            Take(run, lines, (int)run.NextLine, lines.Length);
            snapshot = run.Snapshot();
            return run.Finish()!.Report.ToJson();
        }
    }

    private static byte[] Bytes(IEnumerable<string> lines) => System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
