namespace TrainingDoctor.Host.Watch;

/// <summary>Puts runs on the board, and knows which of their findings were told already.</summary>
/// <param name="board">The board.</param>
internal sealed class RunPublisher(RunBoard board)
{
    private readonly FindingLedger _ledger = new();

    /// <summary>Publishes runs that have changed.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>Findings that are certain and were not told before.</returns>
    public List<WatchedFinding> Publish(IReadOnlyList<WatchedRun> runs)
    {
        var found = new List<WatchedFinding>();
        foreach (var run in runs)
        {
            board.Publish(run.Id, run.Report.Run.Name, run.Report, run.IsEnded, run.Trace);
            found.AddRange(_ledger.TakeNew(run.Id, run.Report, run.Confirmed));
        }

        return found;
    }
}
