namespace TrainingDoctor.Probes;

/// <summary>
/// How long a part that failed is left alone, counted in its own turns: not at all after the first fault, so that one bad tensor costs one measurement, then for 1, 3, 7 … turns, so that a part
/// that always fails costs next to nothing. Turns that go well shorten the pauses again.
/// </summary>
internal struct Backoff
{
    private const int MostDoublings = 16;

    private int _faults;
    private int _pause;

    /// <summary>Gets a value indicating whether the part failed lately.</summary>
    public readonly bool IsTroubled => _faults > 0;

    /// <summary>Takes a turn.</summary>
    /// <returns>False when the part is still left alone.</returns>
    public bool TryTake()
    {
        if (_pause == 0)
        {
            return true;
        }

        _pause--;
        return false;
    }

    /// <summary>Notes that the turn went well.</summary>
    public void Succeed() => _faults -= _faults > 0 ? 1 : 0;

    /// <summary>Notes that the turn failed.</summary>
    public void Fail()
    {
        _pause = (1 << _faults) - 1;
        _faults = Math.Min(_faults + 1, MostDoublings);
    }
}
