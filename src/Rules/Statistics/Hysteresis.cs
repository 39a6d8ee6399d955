namespace TrainingDoctor.Rules.Statistics;

/// <summary>A state that needs several votes in a row to change, so that single samples don't switch it to and fro.</summary>
/// <param name="toEnter">Votes in a row for it to switch on; at least 1.</param>
/// <param name="toLeave">Votes in a row for it to switch off; at least 1.</param>
public struct Hysteresis(int toEnter, int toLeave)
{
    private int _votes;

    /// <summary>Gets a value indicating whether the state is on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Takes one vote.</summary>
    /// <param name="vote">For on or off.</param>
    /// <returns>Whether the state changed.</returns>
    public bool Add(bool vote)
    {
        _votes = vote == IsOn ? 0 : _votes + 1;
        if (_votes < (IsOn ? toLeave : toEnter))
        {
            return false;
        }

        IsOn = !IsOn;
        _votes = 0;
        return true;
    }
}
