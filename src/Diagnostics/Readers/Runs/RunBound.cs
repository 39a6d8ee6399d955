namespace TrainingDoctor.Readers;

/// <summary>
/// How many runs are made of one log: a report of each costs memory and the reader's patience. Runs of a few rows each, of which a log holds thousands where its steps go up and down, are bounded more narrowly than those
/// of a grid that somebody trained.
/// </summary>
internal sealed class RunBound
{
    /// <summary>Runs of any kind.</summary>
    private const int Short = 50;

    /// <summary>Runs of <see cref="LongRows"/> rows and more on average.</summary>
    private const int Long = 500;

    private const int LongRows = 5;

    private long _rows;
    private int _admitted;

    /// <summary>Gets how many runs were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Gets how many are read at most, as things stand.</summary>
    public int Most => _rows >= LongRows * _admitted ? Long : Short;

    /// <summary>Gets a value indicating whether no further run is read.</summary>
    public bool IsFull => Refused > 0 || _admitted >= Most;

    /// <summary>Counts a row of a run that is read.</summary>
    public void CountRow() => _rows++;

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
