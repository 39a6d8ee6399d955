using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Tests.Watch;

public sealed class RunBoardTests
{
    /// <summary>Once told, a log that cannot be read is no change any more; whether it can be read again is one.</summary>
    [Fact]
    public void LogsThatCannotBeReadStandOnTheBoardUntilTheyCan()
    {
        var board = new RunBoard();
        board.Tell("b.csv", "b.csv: no number");
        board.Tell("a.csv", "a.csv: no number");
        long version = board.Version;
        board.Tell("b.csv", "b.csv: no number");

        Assert.Equal(["a.csv", "b.csv"], board.Unread.Select(log => log.Path));
        Assert.Equal(version, board.Version);
        board.Tell("b.csv", null);
        Assert.Equal(["a.csv"], board.Unread.Select(log => log.Path));
        Assert.True(board.Version > version);
    }

    private static readonly DiagnosisReport Report = DiagnosisReport.Create(new RuleEngine(RuleSet.Default, new ScopeTable()).Diagnose());

    [Fact]
    public void KeepsTheOrderOfAppearanceAndTheNewestReport()
    {
        var board = new RunBoard();
        board.Publish("a", "first", Report, ended: false);
        board.Publish("b", "second", Report, ended: false);
        board.Publish("a", "first", Report, ended: true);

        Assert.Equal(["a", "b"], board.Runs.Select(run => run.Id));
        Assert.Equal((true, 3L), (board.Runs[0].IsEnded, board.Find("a")!.Version));
    }

    [Fact]
    public void LetsTheOldestEndedRunLeaveFirst()
    {
        var board = new RunBoard(capacity: 2);
        board.Publish("running", "running", Report, ended: false);
        board.Publish("ended", "ended", Report, ended: true);
        board.Publish("new", "new", Report, ended: false);

        Assert.Equal(["running", "new"], board.Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task WakesWhoWaitsForAChange()
    {
        var board = new RunBoard();
        var waiting = board.WaitForChangeAsync(0, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        board.Publish("a", "a", Report, ended: false);

        Assert.Equal(1, await waiting.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(1, await board.WaitForChangeAsync(0, CancellationToken.None));
        using var cancelled = new CancellationTokenSource();
        var later = board.WaitForChangeAsync(1, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => later);
    }
}
