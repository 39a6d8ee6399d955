using System.Diagnostics.Metrics;
using Npgsql;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Fleet.Shown;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet.Shown;

/// <summary>What hosts show of each other's runs.</summary>
[Collection(FleetCollection.Name)]
public sealed class ViewStoreTests(FleetServices services) : IAsyncLifetime
{
    private RecordStore _store = null!;
    private ViewStore _views = null!;

    /// <summary>A change that was begun before the last reading and finished after it, while others came and went, is read by the next.</summary>
    [FleetFact]
    public async Task NoChangeIsMissed()
    {
        await _views.SaveAsync([View("first", 1)], CancellationToken.None);
        await using var connection = await _store.Source.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("INSERT INTO traindoctor.views (id, lines, is_ended, verdict, seconds_lost, summary) VALUES ('slow', 1, false, 'healthy', 0, '{}')", connection, slow))
        {
            await command.ExecuteNonQueryAsync();
        }

        await _views.SaveAsync([View("second", 1)], CancellationToken.None);
        var (before, mark) = await _views.ReadAsync("0", 10, CancellationToken.None);
        await slow.CommitAsync();
        var (after, next) = await _views.ReadAsync(mark, 10, CancellationToken.None);
        var (nothing, _) = await _views.ReadAsync(next, 10, CancellationToken.None);

        Assert.Equal(["second", "first"], before.Select(view => view.Id));
        Assert.Contains("slow", after.Select(view => view.Id));
        Assert.Empty(nothing);
    }

    /// <summary>A host that has been left behind does not put what it knows in place of what others know.</summary>
    [FleetFact]
    public async Task WhoKnowsFewerLinesChangesNothing()
    {
        await _views.SaveAsync([View("a", 20, "{\"step\":19}")], CancellationToken.None);
        await _views.SaveAsync([View("a", 10, "{\"step\":9}"), View("b", 5)], CancellationToken.None);
        await _views.SaveAsync([View("a", 20, "{\"step\":19,\"ended\":true}")], CancellationToken.None);

        var (views, _) = await _views.ReadAsync("0", 10, CancellationToken.None);

        Assert.Equal(["a {\"step\":19,\"ended\":true}", "b {}"], views.Select(view => $"{view.Id} {view.Summary}").Order(StringComparer.Ordinal));
    }

    /// <summary>Runs whose last lines nobody has judged are found, those that nobody needs to look at are not.</summary>
    [FleetFact]
    public async Task RunsWithUnjudgedLinesAreFound()
    {
        using var meter = new Meter("test");
        await using var appender = new RecordAppender(_store, meter);
        foreach (string id in new[] { "judged", "behind", "new" })
        {
            await appender.AppendAsync(new RecordAppend(id, 0, 5, IsComplete: false, TelemetryLines.Body(TelemetryLines.Of(id)[..5])));
        }

        await _views.SaveAsync([View("judged", 5), View("behind", 4)], CancellationToken.None);

        Assert.Equal([("behind", 4L), ("new", -1L)], (await _views.BehindAsync(CancellationToken.None)).Order());
    }

    /// <summary>All runs are summed up, whoever held them.</summary>
    [FleetFact]
    public async Task AllRunsAreSummedUp()
    {
        await _views.SaveAsync(
            [
                new RunView("a", 1, IsEnded: true, Verdict.Ill, 90.5, "{}"),
                new RunView("b", 1, IsEnded: false, Verdict.Ill, 30, "{}"),
                new RunView("c", 1, IsEnded: false, Verdict.Warning, 0, "{}"),
                new RunView("d", 1, IsEnded: false, Verdict.Healthy, 0, "{}"),
                new RunView("vision.a", 1, IsEnded: true, Verdict.Ill, 10, "{}"),
            ],
            CancellationToken.None);

        var totals = await _views.TotalsAsync(CancellationToken.None);

        Assert.Equal((new RunTotals(4, 3, 2, 1, 120.5), new RunTotals(1, 0, 1, 0, 10)), (totals[string.Empty], totals["vision"]));
    }

    [FleetFact]
    public async Task FindingsThatWereToldAreKnown()
    {
        await _views.SaveAsync([View("a", 5, """{"findings":[{"ruleId":"TD4001","severity":"error"},{"ruleId":"TD6001","severity":"warning"}]}""")], CancellationToken.None);

        Assert.Equal([("TD4001", Severity.Error), ("TD6001", Severity.Warning)], await _views.FindingsOfAsync("a", CancellationToken.None));
        Assert.Empty(await _views.FindingsOfAsync("b", CancellationToken.None));
    }

    public async Task InitializeAsync()
    {
        _store = await RecordStore.OpenAsync(FleetAddress.Parse(await services.CreateDatabaseAsync(), "--cluster"), CancellationToken.None);
        _views = new ViewStore(_store);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    private static RunView View(string id, long lines, string summary = "{}") => new(id, lines, IsEnded: false, Verdict.Healthy, 0, summary);
}
