using Microsoft.AspNetCore.Http;
using TrainingDoctor.Differences;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Live;

/// <summary>The runs of a board, shown.</summary>
/// <param name="board">The board.</param>
/// <param name="language">The language of reports for people.</param>
internal sealed class BoardRuns(RunBoard board, ReportLanguage language) : IShownRuns
{
    /// <summary>The answer where a run is not known.</summary>
    public static readonly RunReading NoSuchRun = new(StatusCodes.Status404NotFound, "There is no such run.");

    /// <inheritdoc/>
    public long Version => board.Version;

    /// <inheritdoc/>
    public IReadOnlyList<ShownRun> Runs => [.. board.Runs.Select(run => new ShownRun(run.Id, run.Version, () => RunSummary.Of(run)))];

    /// <inheritdoc/>
    public RunTotals TotalsOf(RunAccess access) => RunTotals.Of([.. board.Runs.Where(run => access.Sees(run.Id))]);

    /// <inheritdoc/>
    public IReadOnlyList<object> UnreadOf(RunAccess access) => access.Project is null ? [.. board.Unread.Select(RunSummary.Of)] : [];

    /// <summary>Writes the report of a run, unless the one who asks has the newest already.</summary>
    /// <param name="run">The run.</param>
    /// <param name="format">For whom.</param>
    /// <param name="language">The language of reports for people.</param>
    /// <param name="tag">The run's version.</param>
    /// <param name="known">The version that the one who asks has; null for none.</param>
    public static RunReading Read(BoardRun run, RunFormat format, ReportLanguage language, string tag, string? known)
    {
        if (tag == known)
        {
            return new RunReading(StatusCodes.Status304NotModified, string.Empty, tag);
        }

        if (format == RunFormat.Json)
        {
            return new RunReading(StatusCodes.Status200OK, ReportJson.Serialize(run.Report.ToDocument()), tag);
        }

        using var page = new StringWriter();
        run.Report.WriteTo(new HtmlReportExporter(language), page);
        return new RunReading(StatusCodes.Status200OK, page.ToString(), tag);
    }

    /// <summary>Writes the comparison of two runs, unless the one who asks has the newest already.</summary>
    /// <param name="good">The run to compare with.</param>
    /// <param name="bad">The run.</param>
    /// <param name="format">For whom.</param>
    /// <param name="language">The language of comparisons for people.</param>
    /// <param name="tag">The version of both.</param>
    /// <param name="known">The version that the one who asks has; null for none.</param>
    public static RunReading Compare((DiagnosisReport Report, SharedTrace? Trace) good, (DiagnosisReport Report, SharedTrace? Trace) bad, RunFormat format, ReportLanguage language, string tag, string? known)
    {
        if (tag == known)
        {
            return new RunReading(StatusCodes.Status304NotModified, string.Empty, tag);
        }

        if (good.Trace is null)
        {
            return new RunReading(StatusCodes.Status404NotFound, "There is no such run to compare with.");
        }

        if (bad.Trace is null)
        {
            return NoSuchRun;
        }

        var comparison = RunComparison.Between([good.Trace.Copy()], bad.Trace.Copy());
        if (comparison.SeriesCompared == 0)
        {
            return new RunReading(StatusCodes.Status409Conflict, "The two runs have no metric in common that was measured at the same time.");
        }

        var difference = new DifferenceReport(comparison, [good.Report], bad.Report);
        return new RunReading(StatusCodes.Status200OK, format == RunFormat.Json ? difference.ToJson() : difference.ToHtml(language), tag);
    }

    /// <inheritdoc/>
    public Task<long> WaitForChangeAsync(long seenVersion, CancellationToken cancellation) => board.WaitForChangeAsync(seenVersion, cancellation);

    /// <inheritdoc/>
    public Task<RunReading> ReadAsync(string id, RunFormat format, string? known, CancellationToken cancellation) =>
        Task.FromResult(board.Find(id) is { } run ? Read(run, format, language, FormattableString.Invariant($"\"{run.Version}\""), known) : NoSuchRun);

    /// <inheritdoc/>
    public Task<RunReading> CompareAsync(string good, string id, RunFormat format, string? known, CancellationToken cancellation) => Task.FromResult(
        board.Find(good) is not { Trace: not null } first ? new RunReading(StatusCodes.Status404NotFound, "There is no such run to compare with.")
            : board.Find(id) is not { } second ? NoSuchRun
            : Compare((first.Report, first.Trace), (second.Report, second.Trace), format, language, FormattableString.Invariant($"\"{second.Version}-{first.Version}\""), known));

    /// <inheritdoc/>
    public RunReading ReadTable(RunAccess access)
    {
        var runs = board.Runs.Where(run => access.Sees(run.Id)).ToList();
        using var page = new StringWriter();
        new HtmlReportExporter(language) { Unread = access.Project is null ? board.Unread : [] }.WriteTable([.. runs.Select(run => run.Report)], [.. runs.Select(run => $"/#{Uri.EscapeDataString(run.Id)}")], page);
        return new RunReading(StatusCodes.Status200OK, page.ToString());
    }
}
