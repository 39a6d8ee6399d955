using TrainingDoctor.Readers.Roles;

namespace TrainingDoctor.Readers.Times;

/// <summary>What rows tell of the time at which they were logged, as seconds since the run began; by a clock, since its first row.</summary>
internal sealed class RowTimes
{
    /// <summary>Seconds from which on a number is a clock's, which counts from 1970: no run takes three years.</summary>
    private const double Clock = 1e8;

    /// <summary>Rows that show whether a time adds up.</summary>
    private const int FewestRows = 5;

    private const double HalfADay = 43_200;

    private double _first = double.NaN;
    private double _last = double.NaN;
    private double _days;

    /// <summary>Tells whether the values of a column are times of its rows: those of a clock, or such as add up from the beginning of the run. The time of an epoch or of a step goes up and down, or stays.</summary>
    /// <param name="sample">Its first values.</param>
    public static bool Fit(ColumnSample sample)
    {
        if (sample.Count < FewestRows || sample.Falls > 0 || !(sample.Minimum >= 0) || !(sample.Last > sample.First))
        {
            return false;
        }

        // Times that grow a little from row to row are those of something that gets slower.
        return SecondsOf(sample.First) >= Clock || sample.First <= 2 * (sample.Last - sample.First) / (sample.Count - 1);
    }

    /// <summary>Takes a row's time.</summary>
    /// <param name="time">Seconds, or finer units of a clock, since 1970 or since the run began; NaN when the row tells none.</param>
    /// <returns>Seconds since the run began; NaN when there is nothing new to tell.</returns>
    public double Take(double time)
    {
        if (!double.IsFinite(time) || time < 0)
        {
            return double.NaN;
        }

        time = SecondsOf(time);
        if (time < Clock)
        {
            bool isKnown = time == _last;
            _last = time;
            return isKnown ? double.NaN : time;
        }

        if (time is >= ClockText.DayOfNoDate and <= ClockText.DayOfNoDate + 86_400)
        {
            // Clocks without a date begin again at midnight.
            _days += time + _days < _last - HalfADay ? 86_400 : 0;
            time += _days;
        }

        // Rows that a clock places before others were written late.
        if (time <= _last)
        {
            return double.NaN;
        }

        _first = double.IsNaN(_first) ? time : _first;
        _last = time;
        return time - _first;
    }

    /// <summary>Clocks that count finer than seconds: milliseconds, microseconds, .NET's and Windows' hundred nanoseconds, nanoseconds.</summary>
    private static double SecondsOf(double time) => time switch
    {
        < 1e11 => time,
        < 1e14 => time / 1e3,
        < 1e17 => time / 1e6,
        < 1e18 => time / 1e7,
        _ => time / 1e9,
    };
}
