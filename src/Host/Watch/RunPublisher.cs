namespace TrainingDoctor.Host.Watch;

/// <summary>Puts runs on the board, and knows which of their findings were told already.</summary>
/// <param name="board">The board.</param>
/// <remarks>Safe for concurrent use, as far as it is not of one run.</remarks>
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

    /// <summary>Notes that a finding was told by somebody else, whatever its layers were.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="ruleId">The rule.</param>
    /// <param name="severity">The severity that it had.</param>
    public void Learn(string runId, string ruleId, Severity severity) => _ledger.Learn(runId, ruleId, severity);

    /// <summary>Takes a run off the board that somebody else goes on with.</summary>
    /// <param name="runId">The run.</param>
    public void Withdraw(string runId)
    {
        board.Withdraw(runId);
        _ledger.Forget(runId);
    }
}
