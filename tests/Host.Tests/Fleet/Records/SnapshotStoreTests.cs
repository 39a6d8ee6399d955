using CsCheck;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet.Records;

/// <summary>Snapshots of runs that any of several hosts may take up.</summary>
[Collection(FleetCollection.Name)]
public sealed class SnapshotStoreTests(FleetServices services) : IAsyncLifetime
{
    private const string Version = "this";

    private static readonly RuleSet Rules = RuleSet.Default;

    private RecordStore _store = null!;
    private SnapshotStore _snapshots = null!;

    /// <summary>Law: wherever the snapshot was taken and however much came after it, with lines that were lost and without, the run goes on as if nothing had happened, and as if it had been replayed.</summary>
    [FleetFact]
    public async Task WhoTakesARunUpSaysWhatItsReplaySays()
    {
        string[] lines = TelemetryLines.Of("law", steps: 120, illFrom: 70, layers: 2);
        var cuts = Gen.Select(Gen.Int[2, lines.Length], Gen.Int[0, 30], Gen.Int[0, 3]).Array[12].Single();
        foreach (var ((cut, further, lost), index) in cuts.Select((cut, index) => (cut, index)))
        {
            string id = $"law{index}";
            var (first, record) = await OpenAsync(id);
            await TakeAsync(first, record, lines, 0, cut / 2);
            await TakeAsync(first, record, lines, Math.Min(cut - 1, (cut / 2) + lost), cut); // a gap before the snapshot, not at its edge
            byte[] snapshot = first.Snapshot()!;
            Assert.True(await _snapshots.SaveAsync(id, first.NextLine, Version, snapshot));
            await TakeAsync(first, record, lines, cut, Math.Min(lines.Length, cut + further));

            var (second, secondRecord) = await OpenAsync(id, await FindAsync(id));
            var (third, _) = await OpenAsync(id);

            Assert.Equal(TelemetryLines.Body(lines[cut..Math.Min(lines.Length, cut + further)]).Length, second.Unsaved);
            Assert.Equal((first.NextLine, first.NextLine), (second.NextLine, third.NextLine));
            Assert.Equal(third.Look()!.Report.ToJson(), second.Look()!.Report.ToJson());
            await TakeAsync(second, secondRecord, lines, (int)second.NextLine, lines.Length);
            var (replayed, _) = await OpenAsync(id);
            Assert.Equal(replayed.Finish()!.Report.ToJson(), second.Finish()!.Report.ToJson());
        }
    }

    /// <summary>A host that was overtaken keeps nothing: the record does not end where it believes.</summary>
    [FleetFact]
    public async Task AHostThatWasOvertakenKeepsNoSnapshot()
    {
        string[] lines = TelemetryLines.Of("fence");
        var (first, firstRecord) = await OpenAsync("fence");
        await TakeAsync(first, firstRecord, lines, 0, 10);
        var (second, secondRecord) = await OpenAsync("fence");
        await TakeAsync(second, secondRecord, lines, 10, 20);
        Assert.True(await _snapshots.SaveAsync("fence", second.NextLine, Version, second.Snapshot()!));

        // Behind the record, ahead of it, and of no run.
        first.Take(10, TelemetryLines.Body(lines[10..30]));
        Assert.False(await _snapshots.SaveAsync("fence", 10, Version, [1]));
        Assert.False(await _snapshots.SaveAsync("fence", first.NextLine, Version, first.Snapshot()!));
        Assert.False(await _snapshots.SaveAsync("nobody", 20, Version, [1]));

        Assert.Equal(20, ReceivedDiagnosis.Restore((await FindAsync("fence"))!, Rules, out _)!.NextLine);
    }

    /// <summary>One that knows more than the record as it was found, or is of another version, is none; with the record it goes.</summary>
    [FleetFact]
    public async Task WhatCannotBeTakenUpIsNotFound()
    {
        string[] lines = TelemetryLines.Of("versions");
        var (run, record) = await OpenAsync("versions");
        await TakeAsync(run, record, lines, 0, 10);
        var before = await _store.FindAsync("versions", CancellationToken.None);
        await TakeAsync(run, record, lines, 10, 20);
        var after = await _store.FindAsync("versions", CancellationToken.None);
        Assert.True(await _snapshots.SaveAsync("versions", 20, Version, run.Snapshot()!));

        Assert.Null(await _snapshots.FindAsync(before!, Version, CancellationToken.None));
        Assert.Null(await _snapshots.FindAsync(after!, "that", CancellationToken.None));
        Assert.NotNull(await _snapshots.FindAsync(after!, Version, CancellationToken.None));

        Assert.True(await _snapshots.SaveAsync("versions", 20, "that", [1]));
        Assert.Null(await _snapshots.FindAsync(after!, Version, CancellationToken.None));
        Assert.True(await _store.DeleteAsync("versions", 20));
        Assert.Null(await _snapshots.FindAsync(after!, "that", CancellationToken.None));
    }

    /// <summary>A snapshot of another build or of other rules that came there all the same costs its replay.</summary>
    [FleetFact]
    public async Task ARefusedSnapshotCostsItsReplay()
    {
        string[] lines = TelemetryLines.Of("refused", illFrom: 20);
        var (run, record) = await OpenAsync("refused");
        await TakeAsync(run, record, lines, 0, 40);
        byte[] damaged = run.Snapshot()!;
        damaged[^1]++;
        Assert.True(await _snapshots.SaveAsync("refused", 40, Version, damaged));

        var (second, _) = await OpenAsync("refused", await FindAsync("refused"));

        Assert.Equal(TelemetryLines.Body(lines[..40]).Length, second.Unsaved);
        Assert.Equal(run.Look()!.Report.ToJson(), second.Look()!.Report.ToJson());
    }

    /// <summary>A record that is full has no snapshot: it would know lines that nobody else ever will.</summary>
    [FleetFact]
    public async Task AFullRecordSaysSoToWhoeverTakesItUp()
    {
        string[] lines = TelemetryLines.Of("full");
        var (run, record) = await OpenAsync("full", limit: 1000);
        await TakeAsync(run, record, lines, 0, 40);
        var (_, second) = await OpenAsync("full", limit: 1000);

        Assert.True(record.IsFull);
        Assert.True(second.IsFull);
        Assert.Null(run.Snapshot());
    }

    [Fact]
    public void OtherRulesAreAnotherVersion() =>
        Assert.NotEqual(ReceivedDiagnosis.VersionOf(Rules), ReceivedDiagnosis.VersionOf(new RuleSet([.. Rules.Rules.Skip(1)])));

    public async Task InitializeAsync()
    {
        if (FleetServices.Missing is null)
        {
            _store = await RecordStore.OpenAsync(FleetAddress.Parse(await services.CreateDatabaseAsync(), "--record"), CancellationToken.None);
            _snapshots = new SnapshotStore(_store);
        }
    }

    public async Task DisposeAsync() => await (_store?.DisposeAsync() ?? default);

    private async Task<byte[]?> FindAsync(string id) => await _snapshots.FindAsync((await _store.FindAsync(id, CancellationToken.None))!, Version, CancellationToken.None);

    private async Task<(ReceivedRun Run, FleetRecord Record)> OpenAsync(string id, byte[]? snapshot = null, long limit = 1 << 20)
    {
        var record = new FleetRecord(_store, id, await _store.FindAsync(id, CancellationToken.None), limit);
        return (new ReceivedRun(id, Rules, record, _ => { }, snapshot), record);
    }

    private async Task TakeAsync(ReceivedRun run, FleetRecord record, string[] lines, int from, int to)
    {
        for (int at = from; at < to; at += 9)
        {
            Assert.Null(run.Take(at, TelemetryLines.Body(lines[at..Math.Min(to, at + 9)])).Fault);
            if (record.TakePending(run.NextLine, run.IsComplete) is { } append)
            {
                Assert.Contains(append.Id, await _store.AppendAsync([append]));
                record.Settle();
            }
        }
    }
}
