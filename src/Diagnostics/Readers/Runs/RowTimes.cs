namespace TrainingDoctor.Readers;

/// <summary>What rows tell of the time at which they were logged, as seconds since the run began; by a clock, since its first row.</summary>
internal sealed class RowTimes
{
    /// <summary>Seconds from which on a number is a clock's, which counts from 1970: no run takes three years.</summary>
    private const double Clock = 1e8;

    /// <summary>Where clocks of milliseconds begin, which none of the names below has.</summary>
    private const double Milliseconds = 1e11;

    private double _first = double.NaN;
    private double _last = double.NaN;

    /// <summary>Tells whether a column is of the time of its row. Other names of times may mean an epoch, a step or what is left.</summary>
    /// <param name="name">The column's name: of Weights &amp; Biases, Stable-Baselines3, RLlib, exports of TensorBoard.</param>
    public static bool TellsTime(string name) => name[(name.LastIndexOf('/') + 1)..] is "_runtime" or "_timestamp" or "time_elapsed" or "time_total_s" or "timestamp" or "wall_time" or "Wall time";

    /// <summary>Takes a row's time.</summary>
    /// <param name="time">Seconds of a clock or since the run began; NaN when the row tells none.</param>
    /// <returns>Seconds since the run began; NaN when there is nothing new to tell.</returns>
    public double Take(double time)
    {
        if (!double.IsFinite(time) || time is < 0 or >= Milliseconds || time == _last)
        {
            return double.NaN;
        }

        if (time < Clock)
        {
            _last = time;
            return time;
        }

        // Rows that a clock places before others were written late.
        if (time < _last)
        {
            return double.NaN;
        }

        _first = double.IsNaN(_first) ? time : _first;
        _last = time;
        return time - _first;
    }
}
