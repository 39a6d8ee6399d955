using System.Data;
using System.Globalization;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;
using Npgsql;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet.Records;

namespace TrainingDoctor.Host.Fleet.Members;

/// <summary>
/// The table in which hosts find each other, in the database that their records are in. Each change of a host's row also moves the version of the whole table, and fails where somebody else
/// moved it first.
/// </summary>
/// <param name="store">The database.</param>
/// <param name="cluster">Which fleet.</param>
internal sealed class PostgresMembership(RecordStore store, IOptions<ClusterOptions> cluster) : IMembershipTable
{
    private readonly string _cluster = cluster.Value.ClusterId;

    /// <inheritdoc/>
    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        await using var command = store.Source.CreateCommand("INSERT INTO traindoctor.members_version VALUES ($1, 0) ON CONFLICT DO NOTHING");
        command.Parameters.Add(Text(_cluster));
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await using var batch = store.Source.CreateBatch();
        foreach (string table in new[] { "members", "members_version" })
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"DELETE FROM traindoctor.{table} WHERE cluster = $1") { Parameters = { Text(clusterId) } });
        }

        await batch.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        await using var command = store.Source.CreateCommand("DELETE FROM traindoctor.members WHERE cluster = $1 AND status = $2 AND alive < $3");
        command.Parameters.Add(Text(_cluster));
        command.Parameters.Add(Number((int)SiloStatus.Dead));
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = beforeDate.UtcDateTime });
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync(key.ToParsableString());

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadAll() => ReadAsync(host: null);

    /// <inheritdoc/>
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => WriteAsync(
        tableVersion,
        "INSERT INTO traindoctor.members (cluster, host, etag, status, alive, entry) VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT DO NOTHING",
        [Text(_cluster), Text(entry.SiloAddress.ToParsableString()), Number((int)entry.Status), Time(entry), Text(Write(entry))]);

    /// <inheritdoc/>
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => WriteAsync(
        tableVersion,
        "UPDATE traindoctor.members SET etag = etag + 1, status = $3, alive = $4, entry = $5 WHERE cluster = $1 AND host = $2 AND etag = $6",
        [Text(_cluster), Text(entry.SiloAddress.ToParsableString()), Number((int)entry.Status), Time(entry), Text(Write(entry)), new NpgsqlParameter<long> { TypedValue = long.Parse(etag, CultureInfo.InvariantCulture) }]);

    /// <inheritdoc/>
    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await using var command = store.Source.CreateCommand("UPDATE traindoctor.members SET alive = $3 WHERE cluster = $1 AND host = $2");
        command.Parameters.Add(Text(_cluster));
        command.Parameters.Add(Text(entry.SiloAddress.ToParsableString()));
        command.Parameters.Add(Time(entry));
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<int> Number(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTime> Time(MembershipEntry entry) => new() { TypedValue = DateTime.SpecifyKind(entry.IAmAliveTime, DateTimeKind.Utc) };

    private static string Write(MembershipEntry entry) => JsonConvert.SerializeObject(new StoredEntry(
        entry.ProxyPort,
        entry.HostName,
        entry.SiloName,
        entry.StartTime,
        [.. (entry.SuspectTimes ?? []).Select(suspect => new StoredSuspect(suspect.Item1.ToParsableString(), suspect.Item2))]));

    private static MembershipEntry Read(NpgsqlDataReader reader)
    {
        var stored = JsonConvert.DeserializeObject<StoredEntry>(reader.GetString(4))!;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(reader.GetString(0)),
            Status = (SiloStatus)reader.GetInt32(2),
            IAmAliveTime = reader.GetDateTime(3),
            ProxyPort = stored.ProxyPort,
            HostName = stored.HostName,
            SiloName = stored.SiloName,
            StartTime = stored.StartTime,
            SuspectTimes = [.. stored.Suspects.Select(suspect => Tuple.Create(SiloAddress.FromParsableString(suspect.Host), suspect.Time))],
        };
    }

    private static string Tag(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads one host or all of them together with the version, as they were at one moment.</summary>
    private async Task<MembershipTableData> ReadAsync(string? host)
    {
        await using var connection = await store.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        int version;
        await using (var asking = new NpgsqlCommand("SELECT version FROM traindoctor.members_version WHERE cluster = $1", connection, transaction) { Parameters = { Text(_cluster) } })
        {
            version = await asking.ExecuteScalarAsync() is int known ? known : 0;
        }

        await using var command = new NpgsqlCommand("SELECT host, etag, status, alive, entry FROM traindoctor.members WHERE cluster = $1 AND ($2 = '' OR host = $2)", connection, transaction) { Parameters = { Text(_cluster), Text(host ?? string.Empty) } };
        await using var reader = await command.ExecuteReaderAsync();
        var members = new List<Tuple<MembershipEntry, string>>();
        while (await reader.ReadAsync())
        {
            members.Add(Tuple.Create(Read(reader), Tag(reader.GetInt64(1))));
        }

        return new MembershipTableData(members, new TableVersion(version, Tag(version)));
    }

    private async Task<bool> WriteAsync(TableVersion version, string sql, NpgsqlParameter[] parameters)
    {
        await using var connection = await store.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var moving = new NpgsqlCommand("UPDATE traindoctor.members_version SET version = $2 WHERE cluster = $1 AND version = $3", connection, transaction)
        {
            Parameters = { Text(_cluster), Number(version.Version), Number(int.Parse(version.VersionEtag, CultureInfo.InvariantCulture)) },
        };
        if (await moving.ExecuteNonQueryAsync() != 1)
        {
            return false;
        }

        await using var writing = new NpgsqlCommand(sql, connection, transaction);
        writing.Parameters.AddRange(parameters);
        if (await writing.ExecuteNonQueryAsync() != 1)
        {
            return false;
        }

        await transaction.CommitAsync();
        return true;
    }

    private sealed record StoredEntry(int ProxyPort, string HostName, string SiloName, DateTime StartTime, IReadOnlyList<StoredSuspect> Suspects);

    private sealed record StoredSuspect(string Host, DateTime Time);
}
