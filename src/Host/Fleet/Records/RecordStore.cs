using System.Data.Common;
using System.Reflection;
using Npgsql;
using NpgsqlTypes;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Fleet.Records;

/// <summary>The records of all runs of a fleet, in PostgreSQL. Safe for concurrent use, by any number of hosts.</summary>
internal sealed class RecordStore : IAsyncDisposable
{
    /// <summary>The format of the tables that this program writes and reads.</summary>
    private const int Format = 1;

    /// <summary>A number of our own: hosts that start at the same moment make the tables one after the other.</summary>
    private const long SetupLock = 0x7472_6469;

    private const string AppendCommand = """
        WITH input AS (
            SELECT * FROM unnest(@ids, @befores, @afters, @completes, @data) AS t (id, before, after, is_complete, data)
        ), begun AS (
            INSERT INTO traindoctor.runs (id, next_line, bytes, is_complete) SELECT id, after, length(data), is_complete FROM input WHERE before = 0 ORDER BY id
            ON CONFLICT (id) DO NOTHING RETURNING id, key
        ), extended AS (
            UPDATE traindoctor.runs r SET next_line = i.after, bytes = r.bytes + length(i.data), is_complete = i.is_complete, touched = date_trunc('minute', now())
            FROM input i WHERE r.id = i.id AND r.next_line = i.before AND i.before > 0 RETURNING r.id, r.key
        ), kept AS (
            SELECT * FROM begun UNION ALL SELECT * FROM extended
        ), written AS (
            INSERT INTO traindoctor.chunks (run, first_line, lines, data) SELECT k.key, i.before, i.after - i.before, i.data FROM input i JOIN kept k USING (id) WHERE length(i.data) > 0
        )
        SELECT id FROM kept
        """;

    private RecordStore(NpgsqlDataSource source) => Source = source;

    /// <summary>Gets the database.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Connects, and makes the tables where there are none.</summary>
    /// <param name="address">The database.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">It cannot be reached, or its tables are of a newer program.</exception>
    public static async Task<RecordStore> OpenAsync(FleetAddress address, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnectionStringBuilder(address.ToConnectionString().ConnectionString)
        {
            ApplicationName = "traindoctor",
            Timeout = 5,
            CommandTimeout = 10,
            CancellationTimeout = 1000,
            KeepAlive = 10,
            MaxPoolSize = 24,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
        };
        var store = new RecordStore(new NpgsqlDataSourceBuilder(connection.ConnectionString).Build());
        try
        {
            await store.SetUpAsync(address, cancellation);
            return store;
        }
        catch (Exception exception)
        {
            await store.DisposeAsync();
            if (exception is DbException or TimeoutException)
            {
                throw new UsageException($"{address.Shown} cannot be used: {exception.Message}");
            }

            throw;
        }
    }

    /// <summary>Tells how far the record of a run goes.</summary>
    /// <param name="id">The run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<RecordEnd?> FindAsync(string id, CancellationToken cancellation) => AskAsync(
        async () =>
        {
            await using var command = Source.CreateCommand("SELECT key, next_line, bytes, is_complete FROM traindoctor.runs WHERE id = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await reader.ReadAsync(cancellation) ? new RecordEnd(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3)) : null;
        },
        cancellation);

    /// <summary>Reads the lines of a record.</summary>
    /// <param name="end">How far it goes; what is appended meanwhile is left out.</param>
    /// <param name="from">The line to begin with; a chunk begins there.</param>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public IEnumerable<RecordChunk> Read(RecordEnd end, long from = 0)
    {
        // Read a part at a time: who replays slowly must not hold a connection meanwhile.
        for (long next = from; ;)
        {
            var chunks = AskAsync(() => ReadAsync(end, next), CancellationToken.None).GetAwaiter().GetResult();
            foreach (var chunk in chunks)
            {
                yield return chunk;
            }

            if (chunks.Count == 0)
            {
                yield break;
            }

            next = chunks[^1].FirstLine + chunks[^1].Lines;
        }
    }

    /// <summary>Appends to records, all in one transaction.</summary>
    /// <param name="appends">What is appended, no two to the same record.</param>
    /// <returns>The runs whose records ended where they were said to, and are longer now. When it returns they have outlived a power cut.</returns>
    /// <exception cref="IntakeAwayException">It is not known what was appended: the database went away.</exception>
    public Task<HashSet<string>> AppendAsync(IReadOnlyList<RecordAppend> appends) => AskAsync(
        async () =>
        {
            await using var command = Source.CreateCommand(AppendCommand);
            command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = appends.Select(append => append.Id).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("befores", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = appends.Select(append => append.Before).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("afters", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = appends.Select(append => append.After).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("completes", NpgsqlDbType.Array | NpgsqlDbType.Boolean) { Value = appends.Select(append => append.IsComplete).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("data", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = appends.Select(append => append.Lines).ToArray() });
            await using var reader = await command.ExecuteReaderAsync();
            var kept = new HashSet<string>(StringComparer.Ordinal);
            while (await reader.ReadAsync())
            {
                kept.Add(reader.GetString(0));
            }

            return kept;
        },
        CancellationToken.None);

    /// <summary>Forgets a record of which nothing is a run.</summary>
    /// <param name="id">The run.</param>
    /// <param name="nextLine">Where the record ends; one that has grown since stays.</param>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<bool> DeleteAsync(string id, long nextLine) => AskAsync(
        async () =>
        {
            await using var command = Source.CreateCommand("DELETE FROM traindoctor.runs WHERE id = $1 AND next_line = $2");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nextLine });
            return await command.ExecuteNonQueryAsync() == 1;
        },
        CancellationToken.None);

    /// <summary>Tells whether the database answers.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = Source.CreateCommand("SELECT 1");
            return await command.ExecuteScalarAsync(cancellation) is 1;
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Asks the database.</summary>
    /// <exception cref="IntakeAwayException">It is away.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or System.Net.Sockets.SocketException or IOException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IntakeAwayException($"The database of the records is away: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private async Task<IReadOnlyList<RecordChunk>> ReadAsync(RecordEnd end, long from)
    {
        await using var command = Source.CreateCommand("SELECT first_line, lines, data FROM traindoctor.chunks WHERE run = $1 AND first_line >= $2 AND first_line < $3 ORDER BY first_line LIMIT 64");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end.Key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end.NextLine });
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        var chunks = new List<RecordChunk>();
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            chunks.Add(new RecordChunk(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }

        return chunks;
    }

    private async Task SetUpAsync(FleetAddress address, CancellationToken cancellation)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellation);

        // Once the tables are there, of which the newest comes last, who uses them needs no right to make any.
        if (!await IsThereAsync(connection, cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            using var script = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("TrainingDoctor.Host.Fleet.schema.sql") ?? throw new InvalidOperationException("The tables are not embedded."));
            await using var setup = new NpgsqlCommand(FormattableString.Invariant($"SELECT pg_advisory_xact_lock({SetupLock});\n") + await script.ReadToEndAsync(cancellation), connection, transaction);
            await setup.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await using var asking = new NpgsqlCommand("SELECT max(version) FROM traindoctor.format", connection);
        int format = (int)(await asking.ExecuteScalarAsync(cancellation))!;
        if (format > Format)
        {
            throw new UsageException(FormattableString.Invariant($"{address.Shown} is written by a newer program (format {format}, this one knows {Format}): update this one."));
        }
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass('traindoctor.snapshots') IS NOT NULL", connection);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}

/// <summary>How far a record goes.</summary>
/// <param name="Key">What its chunks are found by.</param>
/// <param name="NextLine">The index of the line that comes next.</param>
/// <param name="Bytes">How much is kept.</param>
/// <param name="IsComplete">Whether the run has said that it is over.</param>
internal sealed record RecordEnd(long Key, long NextLine, long Bytes, bool IsComplete);

/// <summary>Lines of a record that came together.</summary>
/// <param name="FirstLine">The index of the first.</param>
/// <param name="Lines">How many lines they stand for, lost ones included.</param>
/// <param name="Data">The lines, each with its end.</param>
internal sealed record RecordChunk(long FirstLine, long Lines, byte[] Data);

/// <summary>What is appended to a record.</summary>
/// <param name="Id">The run.</param>
/// <param name="Before">Where the record ends, by what the one who appends knows.</param>
/// <param name="After">Where it ends then.</param>
/// <param name="IsComplete">Whether the run has said that it is over.</param>
/// <param name="Lines">The lines; none where the record is full, which counts them only.</param>
internal sealed record RecordAppend(string Id, long Before, long After, bool IsComplete, byte[] Lines);
