using System.Diagnostics.Metrics;
using System.Text;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet.Records;

/// <summary>Records that several hosts append to.</summary>
[Collection(FleetCollection.Name)]
public sealed class RecordStoreTests(FleetServices services) : IAsyncLifetime, IDisposable
{
    private const long Limit = 1 << 20;

    private readonly Meter _meter = new("test");
    private RecordStore _store = null!;
    private RecordAppender _appender = null!;
    private string _address = string.Empty;

    /// <summary>Two hosts believe that they hold a run: whoever appends first is right, and the other learns it.</summary>
    [FleetFact]
    public async Task OnlyOneOfTwoHostsAppends()
    {
        string[] lines = TelemetryLines.Of("shared");
        var (first, firstRecord) = await OpenAsync("a");
        first.Take(0, TelemetryLines.Body(lines[..10]));
        Assert.True(await SettleAsync(first, firstRecord));
        var (second, secondRecord) = await OpenAsync("a");

        second.Take(10, TelemetryLines.Body(lines[10..25]));
        first.Take(10, TelemetryLines.Body(lines[10..20]));

        Assert.True(await SettleAsync(second, secondRecord));
        Assert.False(await SettleAsync(first, firstRecord));
        Assert.Equal(lines[..25], await LinesAsync("a"));
    }

    /// <summary>Many who begin the same run at the same moment: one of them does.</summary>
    [FleetFact]
    public async Task OneOfManyBeginsARun()
    {
        byte[][] bodies = [.. Enumerable.Range(0, 20).Select(index => TelemetryLines.Body(TelemetryLines.Of($"run{index}")[..5]))];

        bool[] kept = await Task.WhenAll(bodies.Select(body => _appender.AppendAsync(new RecordAppend("b", 0, 5, IsComplete: false, body))));

        int winner = Array.IndexOf(kept, true);
        Assert.Equal(1, kept.Count(isKept => isKept));
        Assert.Equal(Encoding.UTF8.GetString(bodies[winner]), string.Concat((await LinesAsync("b")).Select(line => line + "\n")));
    }

    /// <summary>Many runs that are appended to at the same time, by two hosts, each in its order.</summary>
    [FleetFact]
    public async Task ManyRunsAreAppendedToTogether()
    {
        await using var other = new RecordAppender(_store, _meter);
        string[] ids = [.. Enumerable.Range(0, 50).Select(index => $"many{index}")];

        await Task.WhenAll(ids.Select(async (id, index) =>
        {
            for (int line = 0; line < 20; line++)
            {
                bool isKept = await (index % 2 == 0 ? _appender : other).AppendAsync(new RecordAppend(id, line, line + 1, line == 19, Encoding.UTF8.GetBytes($"{id} {line}\n")));
                Assert.True(isKept);
            }
        }));

        foreach (string id in ids)
        {
            Assert.Equal(Enumerable.Range(0, 20).Select(line => $"{id} {line}"), await LinesAsync(id));
            Assert.True((await _store.FindAsync(id, CancellationToken.None))!.IsComplete);
        }
    }

    /// <summary>What was not settled, since the database went away, is appended before anything else; a host that cannot know whether it was finds out.</summary>
    [FleetFact]
    public async Task WhatIsNotSettledComesFirst()
    {
        string[] lines = TelemetryLines.Of("unsettled");
        var (run, record) = await OpenAsync("c");
        run.Take(0, TelemetryLines.Body(lines[..10]));
        var unsettled = record.TakePending(run.NextLine, run.IsComplete);
        run.Take(10, TelemetryLines.Body(lines[10..20]));

        Assert.Same(unsettled, record.TakePending(run.NextLine, run.IsComplete));
        Assert.True(await SettleAsync(run, record));
        Assert.True(await SettleAsync(run, record));
        Assert.Equal(lines[..20], await LinesAsync("c"));
    }

    /// <summary>A run taken up by another host goes on with the report that it would have had, with what was lost on its way.</summary>
    [FleetFact]
    public async Task ARunThatIsTakenUpKnowsWhatWasLost()
    {
        string[] lines = TelemetryLines.Of("gap");
        var (first, firstRecord) = await OpenAsync("d");
        first.Take(0, TelemetryLines.Body(lines[..10]));
        first.Take(15, TelemetryLines.Body(lines[15..30]));
        Assert.True(await SettleAsync(first, firstRecord));

        var (second, secondRecord) = await OpenAsync("d");
        second.Take(30, TelemetryLines.Body(lines[30..]));
        Assert.True(await SettleAsync(second, secondRecord));

        var (third, _) = await OpenAsync("d");
        Assert.Equal((30L, (long)lines.Length, true), (first.NextLine, third.NextLine, third.IsComplete));
        string[] expected = [.. lines[..10], "{\"lost\":[10,14]}", .. lines[15..]];
        Assert.Equal(expected, await LinesAsync("d"));
        Assert.Contains("lines 10 to 14: were not delivered", third.Look()!.Report.ToJson(), StringComparison.Ordinal);
    }

    /// <summary>Beyond its limit a run is counted and judged, not kept; the host that takes it up says which lines it has not.</summary>
    [FleetFact]
    public async Task BeyondItsLimitARunIsCountedAndNotKept()
    {
        string[] lines = TelemetryLines.Of("long");
        var complaints = new List<string>();
        var (run, record) = await OpenAsync("e", limit: 1000, complaints);
        for (int first = 0; first < 40; first += 10)
        {
            run.Take(first, TelemetryLines.Body(lines[first..(first + 10)]));
            Assert.True(await SettleAsync(run, record));
        }

        var (next, _) = await OpenAsync("e", limit: 1000, complaints);
        int kept = (await LinesAsync("e")).Length;

        Assert.Single(complaints);
        Assert.InRange(kept, 5, 39);
        Assert.Equal(40, next.NextLine);
        Assert.Contains(FormattableString.Invariant($"lines {kept} to 39"), next.Finish()!.Report.ToJson(), StringComparison.Ordinal);
    }

    /// <summary>A record that begins with no run, of a program with other ideas of telemetry for instance, gives way to one that does.</summary>
    [FleetFact]
    public async Task WhatIsNoRunGivesWay()
    {
        Assert.True(await _appender.AppendAsync(new RecordAppend("f", 0, 2, IsComplete: false, "hello\nworld\n"u8.ToArray())));
        string[] lines = TelemetryLines.Of("real");
        var (run, record) = await OpenAsync("f");

        run.Take(0, TelemetryLines.Body(lines[..5]));
        Assert.True(record.IsCleared);
        Assert.True(await _store.DeleteAsync("f", record.Settled));
        Assert.True(await SettleAsync(run, record));

        Assert.Equal(lines[..5], await LinesAsync("f"));
    }

    /// <summary>A host whose database a newer program has changed does not start.</summary>
    [FleetFact]
    public async Task ANewerFormatIsRefused()
    {
        await using (var command = _store.Source.CreateCommand("UPDATE traindoctor.format SET version = 2"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var refused = await Assert.ThrowsAsync<UsageException>(() => RecordStore.OpenAsync(FleetAddress.Parse(_address, "--record"), CancellationToken.None));

        Assert.Contains("format 2, this one knows 1", refused.Message, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        _address = await services.CreateDatabaseAsync();

        // Hosts that start at the same moment make the tables once.
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RecordStore.OpenAsync(FleetAddress.Parse(_address, "--record"), CancellationToken.None)));
        foreach (var store in stores[1..])
        {
            await store.DisposeAsync();
        }

        _store = stores[0];
        _appender = new RecordAppender(_store, _meter);
    }

    public async Task DisposeAsync()
    {
        await _appender.DisposeAsync();
        await _store.DisposeAsync();
    }

    public void Dispose() => _meter.Dispose();

    private async Task<(ReceivedRun Run, FleetRecord Record)> OpenAsync(string id, long limit = Limit, List<string>? complaints = null)
    {
        var record = new FleetRecord(_store, id, await _store.FindAsync(id, CancellationToken.None), limit);
        return (new ReceivedRun(id, RuleSet.Default, record, line => complaints?.Add(line)), record);
    }

    private async Task<bool> SettleAsync(ReceivedRun run, FleetRecord record)
    {
        if (record.TakePending(run.NextLine, run.IsComplete) is { } append && !await _appender.AppendAsync(append))
        {
            return false;
        }

        record.Settle();
        return true;
    }

    private async Task<string[]> LinesAsync(string id) =>
        [.. _store.Read((await _store.FindAsync(id, CancellationToken.None))!).SelectMany(chunk => Encoding.UTF8.GetString(chunk.Data).Split('\n', StringSplitOptions.RemoveEmptyEntries))];
}
