using Npgsql;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet.Records;

/// <summary>Snapshots of runs, beside their records: at most one of each run, and never of other lines than those that its record begins with. Safe for concurrent use, by any number of hosts.</summary>
/// <param name="store">The database.</param>
internal sealed class SnapshotStore(RecordStore store)
{
    // A host that was overtaken finds that the record does not end any more where its snapshot does; one that is overtaken at this very moment puts an older one in place of none, and of no newer one.
    private const string SaveCommand = """
        INSERT INTO traindoctor.snapshots AS s (run, next_line, version, data) SELECT key, next_line, $3, $4 FROM traindoctor.runs WHERE id = $1 AND next_line = $2
        ON CONFLICT (run) DO UPDATE SET next_line = excluded.next_line, version = excluded.version, data = excluded.data WHERE s.next_line <= excluded.next_line
        """;

    /// <summary>Keeps a snapshot in place of an earlier one.</summary>
    /// <param name="id">The run.</param>
    /// <param name="nextLine">Where the lines end that it is of.</param>
    /// <param name="version">Who can take it up.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>False where the record does not end there: nothing is kept.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<bool> SaveAsync(string id, long nextLine, string version, byte[] snapshot) => RecordStore.AskAsync(
        async () =>
        {
            await using var command = store.Source.CreateCommand(SaveCommand);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nextLine });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = version });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = snapshot });
            return await command.ExecuteNonQueryAsync() == 1;
        },
        CancellationToken.None);

    /// <summary>Finds the snapshot of a run.</summary>
    /// <param name="end">How far the record goes for the one who asks: one that knows more is none for him.</param>
    /// <param name="version">What he can take up; another one is not fetched.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<byte[]?> FindAsync(RecordEnd end, string version, CancellationToken cancellation) => RecordStore.AskAsync(
        async () =>
        {
            await using var command = store.Source.CreateCommand("SELECT data FROM traindoctor.snapshots WHERE run = $1 AND next_line <= $2 AND version = $3");
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end.Key });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end.NextLine });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = version });
            return await command.ExecuteScalarAsync(cancellation) as byte[];
        },
        cancellation);
}
