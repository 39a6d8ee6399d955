using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>Follows a rate that is cut from level to level: where the first cut was, and since when the rate is a small share of its largest. A rate that glides, or rises again after a cut, has no cuts.</summary>
/// <param name="spent">The share of the largest at and below which a rate is spent.</param>
internal sealed class RateCuts(double spent)
{
    /// <summary>The most that a cut leaves of a rate.</summary>
    private const double Left = 0.6;

    /// <summary>By how many standard errors the loss must have fallen: a rate that was spent early is odd enough by itself.</summary>
    private const double Likely = 2;

    /// <summary>So many losses before the first cut tell whether it was falling.</summary>
    private const int FewestLosses = 4;
    private const int FewestCuts = 2;
    private const int MostKept = 16;
    private readonly List<long> _steps = [];
    private double _largest;
    private double _level;
    private bool _glides;
    private long _spent;

    /// <summary>Gets how many cuts there were.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the step at which the rate was first below its largest.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the first step at which the rate was spent.</summary>
    public long SpentStep { get; private set; }

    /// <summary>Gets how many rates at the end were spent, of a rate that was cut down; 0 for others, and for one that was switched off at once.</summary>
    public long Spent => _glides || Count < FewestCuts ? 0 : _spent;

    /// <summary>Tells by what share of its level the loss fell from the third quarter of the time before a step to the fourth.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="step">The step.</param>
    /// <returns>Null where too few came before it, or where the noise explains the fall.</returns>
    public static double? FallBefore(CompactedSeries losses, long step)
    {
        int count = losses.Steps.BinarySearch(step) is var at && at < 0 ? ~at : at;
        if (count < FewestLosses)
        {
            return null;
        }

        double end = (double)count / losses.BlockCount;
        double third = losses.MeanOf(end / 2, end * 3 / 4);
        double fall = third - losses.MeanOf(end * 3 / 4, end);
        double error = Math.Sqrt(Math.Pow(losses.ErrorOf(end / 2, end * 3 / 4), 2) + Math.Pow(losses.ErrorOf(end * 3 / 4, end), 2));
        return third > 0 && fall > Likely * error ? fall / third : null;
    }

    /// <summary>Tells by what share the last validation loss before a step lay below the one before it, which lay below the one before that.</summary>
    /// <param name="validations">The validation losses; null for none.</param>
    /// <param name="step">The step.</param>
    /// <returns>Null where there were fewer than three, or where they did not fall.</returns>
    public static double? FallBefore(Curve? validations, long step)
    {
        if (validations?.Series is not { Stride: 1 } series)
        {
            return null;
        }

        int count = series.Steps.BinarySearch(step) is var at && at < 0 ? ~at : at;
        return count >= 3 && series.Means[count - 3] > series.Means[count - 2] && series.Means[count - 2] > series.Means[count - 1] && series.Means[count - 1] > 0
            ? 1 - (series.Means[count - 1] / series.Means[count - 2])
            : null;
    }

    /// <summary>Counts the cuts that came while each validation was better than the one before. A schedule that watches a plateau makes none.</summary>
    /// <param name="validations">The validation losses; null for none.</param>
    public int CountWhileImproving(Curve? validations) => _steps.Count(step => FallBefore(validations, step) is not null);

    /// <summary>Takes one finite rate, zero or above.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rate">The rate.</param>
    public void Add(long step, double rate)
    {
        if (rate > _largest)
        {
            (_largest, _level, Count, _glides, _spent) = (rate, rate, 0, false, 0);
            _steps.Clear();
        }
        else if (rate != _level)
        {
            _glides |= rate > Left * _level;
            FirstStep = Count++ == 0 ? step : FirstStep;
            if (_steps.Count < MostKept)
            {
                _steps.Add(step);
            }

            _level = rate;
        }

        // Logs round what is small to zero; a zero that is none is another fault.
        if (rate > 0 && rate <= spent * _largest)
        {
            SpentStep = _spent++ == 0 ? step : SpentStep;
        }
    }
}
