using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Npgsql;
using NpgsqlTypes;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Fleet.Shown;

/// <summary>What all hosts show of runs, in the database of the records. Safe for concurrent use, by any number of hosts.</summary>
/// <param name="store">The database.</param>
internal sealed class ViewStore(RecordStore store)
{
    private const string SaveCommand = """
        INSERT INTO traindoctor.views AS v (id, lines, is_ended, verdict, seconds_lost, summary)
        SELECT * FROM unnest(@ids, @lines, @ended, @verdicts, @lost, @summaries) AS t (id, lines, is_ended, verdict, seconds_lost, summary) ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            lines = excluded.lines, is_ended = excluded.is_ended, verdict = excluded.verdict, seconds_lost = excluded.seconds_lost, summary = excluded.summary, changed = pg_current_xact_id()
        WHERE v.lines <= excluded.lines
        """;

    // A snapshot sees all transactions below its xmin; whatever was not seen by the last one has that number or a higher one.
    private const string ChangesCommand = """
        SELECT id, key, is_ended, summary, changed::text, pg_snapshot_xmin(pg_current_snapshot())::text FROM traindoctor.views WHERE changed >= $1::xid8 ORDER BY changed DESC, key DESC LIMIT $2
        """;

    private const string TotalsCommand = """
        SELECT CASE WHEN id LIKE '%.%' THEN split_part(id, '.', 1) ELSE '' END,
            count(*), count(*) FILTER (WHERE NOT is_ended), count(*) FILTER (WHERE verdict = $1), count(*) FILTER (WHERE verdict = $2), coalesce(sum(seconds_lost), 0)
        FROM traindoctor.views GROUP BY 1
        """;

    // What has been silent for an hour was looked at long ago.
    private const string BehindCommand = """
        SELECT r.id, coalesce(v.lines, -1) FROM traindoctor.runs r LEFT JOIN traindoctor.views v ON v.id = r.id
        WHERE r.touched >= now() - interval '1 hour' AND coalesce(v.lines, -1) < r.next_line ORDER BY r.touched LIMIT 500
        """;

    /// <summary>Writes what is shown of runs; where somebody knows more lines of one already, it stays as it is.</summary>
    /// <param name="views">The runs, no two of one name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task SaveAsync(IReadOnlyList<RunView> views, CancellationToken cancellation) => RecordStore.AskAsync(
        async () =>
        {
            await using var command = store.Source.CreateCommand(SaveCommand);
            command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = views.Select(view => view.Id).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("lines", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = views.Select(view => view.Lines).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("ended", NpgsqlDbType.Array | NpgsqlDbType.Boolean) { Value = views.Select(view => view.IsEnded).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("verdicts", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = views.Select(view => WatchText.Word(view.Verdict)).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("lost", NpgsqlDbType.Array | NpgsqlDbType.Double) { Value = views.Select(view => view.SecondsLost).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("summaries", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = views.Select(view => view.Summary).ToArray() });
            return await command.ExecuteNonQueryAsync(cancellation);
        },
        cancellation);

    /// <summary>Reads what has changed.</summary>
    /// <param name="since">The mark of the last reading; "0" for everything.</param>
    /// <param name="most">How many at most, the newest first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The views, some of which may have been read before, and the mark for the next reading.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<(IReadOnlyList<StoredView> Views, string Mark)> ReadAsync(string since, int most, CancellationToken cancellation) => RecordStore.AskAsync<(IReadOnlyList<StoredView>, string)>(
        async () =>
        {
            await using var command = store.Source.CreateCommand(ChangesCommand);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = since });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var views = new List<StoredView>();
            string mark = since;
            while (await reader.ReadAsync(cancellation))
            {
                views.Add(new StoredView(reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2), reader.GetString(3), reader.GetString(4)));
                mark = reader.GetString(5);
            }

            return (views, mark);
        },
        cancellation);

    /// <summary>Sums all runs up.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The sums by project; under the empty name those of runs that have none.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<IReadOnlyDictionary<string, RunTotals>> TotalsAsync(CancellationToken cancellation) => RecordStore.AskAsync<IReadOnlyDictionary<string, RunTotals>>(
        async () =>
        {
            await using var command = store.Source.CreateCommand(TotalsCommand);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WatchText.Word(Verdict.Ill) });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WatchText.Word(Verdict.Warning) });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var totals = new Dictionary<string, RunTotals>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellation))
            {
                totals[reader.GetString(0)] = new RunTotals(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), Math.Round(reader.GetDouble(5), 1));
            }

            return totals;
        },
        cancellation);

    /// <summary>Finds the runs of which less is shown than their records have.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The runs, each with how many lines the summary knows of; -1 where there is none.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public Task<IReadOnlyList<(string Id, long Lines)>> BehindAsync(CancellationToken cancellation) => RecordStore.AskAsync<IReadOnlyList<(string, long)>>(
        async () =>
        {
            await using var command = store.Source.CreateCommand(BehindCommand);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var behind = new List<(string, long)>();
            while (await reader.ReadAsync(cancellation))
            {
                behind.Add((reader.GetString(0), reader.GetInt64(1)));
            }

            return behind;
        },
        cancellation);

    /// <summary>Tells which findings of a run are shown.</summary>
    /// <param name="id">The run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public async Task<IReadOnlyList<(string RuleId, Severity Severity)>> FindingsOfAsync(string id, CancellationToken cancellation)
    {
        string? summary = await RecordStore.AskAsync(
            async () =>
            {
                await using var command = store.Source.CreateCommand("SELECT summary FROM traindoctor.views WHERE id = $1");
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
                return await command.ExecuteScalarAsync(cancellation) as string;
            },
            cancellation);
        return summary is null ? [] : [.. Parse(summary)["findings"]?.SelectMany(Finding) ?? []];
    }

    /// <summary>Reads a summary as it is, times as text.</summary>
    /// <param name="summary">The summary, as JSON.</param>
    public static JObject Parse(string summary)
    {
        using var reader = new JsonTextReader(new StringReader(summary)) { DateParseHandling = DateParseHandling.None };
        return JObject.Load(reader);
    }

    private static IEnumerable<(string RuleId, Severity Severity)> Finding(JToken finding)
    {
        if ((string?)finding["ruleId"] is { } ruleId && Enum.TryParse<Severity>((string?)finding["severity"], ignoreCase: true, out var severity))
        {
            yield return (ruleId, severity);
        }
    }
}

/// <summary>What is shown of a run.</summary>
/// <param name="Id">The run.</param>
/// <param name="Lines">How many of its lines it tells of; 0 where it has none that are counted.</param>
/// <param name="IsEnded">Whether it is over.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="SecondsLost">How long it went on after its illness had begun to cost it everything; 0 where that is not known.</param>
/// <param name="Summary">What the list says of it, as JSON.</param>
internal sealed record RunView(string Id, long Lines, bool IsEnded, Verdict Verdict, double SecondsLost, string Summary);

/// <summary>What is shown of a run, as it was read.</summary>
/// <param name="Id">The run.</param>
/// <param name="Key">How many were there before it, roughly.</param>
/// <param name="IsEnded">Whether it is over.</param>
/// <param name="Summary">What the list says of it, as JSON.</param>
/// <param name="Changed">The transaction that changed it.</param>
internal sealed record StoredView(string Id, long Key, bool IsEnded, string Summary, string Changed);
