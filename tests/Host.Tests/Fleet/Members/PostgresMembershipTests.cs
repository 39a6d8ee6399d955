using System.Net;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Fleet.Members;
using TrainingDoctor.Host.Fleet.Records;

namespace TrainingDoctor.Tests.Fleet.Members;

/// <summary>What Orleans asks of the table in which hosts find each other.</summary>
[Collection(FleetCollection.Name)]
public sealed class PostgresMembershipTests(FleetServices services) : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 11, 30, 12, 0, 0, DateTimeKind.Utc);

    private RecordStore _store = null!;
    private PostgresMembership _table = null!;

    [FleetFact]
    public async Task AHostComesBackAsItWasWritten()
    {
        var entry = Entry(1);
        entry.AddSuspector(Address(2), Start.AddSeconds(3));
        Assert.True(await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next()));

        var (read, _) = (await _table.ReadRow(Address(1))).TryGet(Address(1))!;

        Assert.Equal(entry.ToFullString(), read.ToFullString());
        Assert.Equal((entry.HostName, entry.SiloName, entry.ProxyPort, entry.StartTime), (read.HostName, read.SiloName, read.ProxyPort, read.StartTime));
        Assert.Empty((await _table.ReadRow(Address(9))).Members);
    }

    /// <summary>Each change moves the version of the table; who knows an older one changes nothing.</summary>
    [FleetFact]
    public async Task WhoKnowsAnOlderTableChangesNothing()
    {
        var empty = await _table.ReadAll();
        Assert.True(await _table.InsertRow(Entry(1), empty.Version.Next()));
        Assert.False(await _table.InsertRow(Entry(2), empty.Version.Next()));
        var one = await _table.ReadAll();
        Assert.False(await _table.InsertRow(Entry(1), one.Version.Next()));
        var (entry, tag) = one.TryGet(Address(1))!;
        entry.Status = SiloStatus.Active;
        Assert.False(await _table.UpdateRow(entry, "17", one.Version.Next()));
        Assert.True(await _table.UpdateRow(entry, tag, one.Version.Next()));
        Assert.False(await _table.UpdateRow(entry, tag, one.Version.Next()));

        var last = await _table.ReadAll();

        Assert.Equal((SiloStatus.Active, 2), (Assert.Single(last.Members).Item1.Status, last.Version.Version));
    }

    [FleetFact]
    public async Task OfManyWhoChangeAtOnceOneDoes()
    {
        var version = (await _table.ReadAll()).Version.Next();

        bool[] changed = await Task.WhenAll(Enumerable.Range(1, 10).Select(host => _table.InsertRow(Entry(host), version)));

        Assert.Equal(1, changed.Count(isChanged => isChanged));
        Assert.Single((await _table.ReadAll()).Members);
    }

    [FleetFact]
    public async Task ASignOfLifeChangesNothingElse()
    {
        Assert.True(await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next()));
        var before = await _table.ReadAll();

        var alive = Entry(1);
        (alive.IAmAliveTime, alive.Status) = (Start.AddMinutes(5), SiloStatus.Dead);
        await _table.UpdateIAmAlive(alive);
        var after = await _table.ReadAll();

        Assert.Equal((before.Version, Start.AddMinutes(5), SiloStatus.Joining), (after.Version, after.Members[0].Item1.IAmAliveTime, after.Members[0].Item1.Status));
        var (entry, tag) = before.TryGet(Address(1))!;
        Assert.True(await _table.UpdateRow(entry, tag, before.Version.Next()));
    }

    [FleetFact]
    public async Task OnlyTheDeadOfLongAgoAreForgotten()
    {
        foreach (var (host, status, alive) in new[] { (1, SiloStatus.Dead, Start), (2, SiloStatus.Active, Start), (3, SiloStatus.Dead, Start.AddHours(2)) })
        {
            var entry = Entry(host);
            (entry.Status, entry.IAmAliveTime) = (status, alive);
            Assert.True(await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next()));
        }

        await _table.CleanupDefunctSiloEntries(Start.AddHours(1));
        var left = (await _table.ReadAll()).Members.Select(member => member.Item1.SiloAddress).ToHashSet();
        await _table.DeleteMembershipTableEntries("fleet");

        Assert.Equal([Address(2), Address(3)], left);
        Assert.Empty((await _table.ReadAll()).Members);
    }

    public async Task InitializeAsync()
    {
        _store = await RecordStore.OpenAsync(FleetAddress.Parse(await services.CreateDatabaseAsync(), "--cluster"), CancellationToken.None);
        _table = new PostgresMembership(_store, Options.Create(new ClusterOptions { ClusterId = "fleet" }));
        await _table.InitializeMembershipTable(tryInitTableVersion: true);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    private static SiloAddress Address(int host) => SiloAddress.New(IPAddress.Loopback, 11000 + host, 7);

    private static MembershipEntry Entry(int host) => new()
    {
        SiloAddress = Address(host),
        Status = SiloStatus.Joining,
        HostName = "machine",
        SiloName = $"host{host}",
        ProxyPort = 0,
        StartTime = Start,
        IAmAliveTime = Start,
        SuspectTimes = [],
    };
}
