namespace TrainingDoctor.Readers.Runs;

/// <summary>How many runs are made of one log: a report of each costs memory and the reader's patience.</summary>
/// <param name="most">How many are read.</param>
internal sealed class RunBound(int most)
{
    private int _admitted;

    /// <summary>Gets how many runs were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Gets how many are read at most.</summary>
    public int Most => most;

    /// <summary>Gets a value indicating whether no further run is read.</summary>
    public bool IsFull => _admitted >= Most;

    /// <summary>Asks for one more run; once one was refused, all are.</summary>
    public bool Admits()
    {
        if (IsFull)
        {
            Refused++;
            return false;
        }

        _admitted++;
        return true;
    }
}
