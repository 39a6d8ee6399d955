using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>The validation losses or scores of a run, one series for each evaluation set, beside the training loss.</summary>
/// <param name="context">The run.</param>
/// <param name="metric">The validation metric.</param>
internal sealed class ValidationCurves(RuleContext context, Metric metric)
{
    private readonly CompactedSeries _training = new();
    private readonly CompactedSeries _epochs = new();
    private CompactedSeries?[] _sets = [];

    /// <summary>Gets the largest number of validations of one set.</summary>
    public long Count { get; private set; }

    /// <summary>Says why the validations cannot be judged; null when they can.</summary>
    /// <param name="minimum">How many are needed.</param>
    public Text? WhyNotJudged(int minimum) => LossCurve.WhyNotMeasurable(context.Run) ?? (Count < minimum ? (Text)$"needs {minimum} validations, had {Count}" : null);

    /// <summary>Takes a measurement.</summary>
    /// <returns>The evaluation set that it belongs to, when it is a validation; null otherwise.</returns>
    public CompactedSeries? Add(in Measurement measurement)
    {
        if (measurement.Metric == Metric.Loss && measurement.Scope == ScopeTable.Run)
        {
            _training.Add(measurement.Step, measurement.Value);
        }
        else if (measurement.Metric == Metric.Epoch && measurement.Scope == ScopeTable.Run)
        {
            _epochs.Add(measurement.Step, measurement.Value);
        }
        else if (measurement.Metric == metric && double.IsFinite(measurement.Value))
        {
            if (measurement.Scope >= _sets.Length)
            {
                Array.Resize(ref _sets, Math.Max(measurement.Scope + 1, 2 * _sets.Length));
            }

            var series = _sets[measurement.Scope] ??= new CompactedSeries();
            series.Add(measurement.Step, measurement.Value);
            Count = Math.Max(Count, series.Count);
            return series;
        }

        return null;
    }

    /// <summary>Gets the series of each evaluation set by its scope, the run's own first; null for scopes that are none.</summary>
    public ReadOnlySpan<CompactedSeries?> Sets => _sets;

    /// <summary>Names an evaluation set for evidence; null for the run's own.</summary>
    public string? NameOf(int scope) => scope == ScopeTable.Run ? null : context.Facts.Scopes[scope].Name;

    /// <summary>Returns the training loss around a step and at the end, and the standard error of their difference; NaN when there are too few.</summary>
    /// <param name="step">The step.</param>
    public (double Then, double Now, double Error) TrainingSince(long step)
    {
        var steps = _training.Steps;
        if (steps.Length < 3)
        {
            return (double.NaN, double.NaN, double.NaN);
        }

        int at = 0;
        while (at + 1 < steps.Length && steps[at + 1] <= step)
        {
            at++;
        }

        // Single batches vary: of many blocks, three are taken together.
        int reach = steps.Length >= 30 ? 1 : 0;
        int from = Math.Max(0, at - reach);
        int to = Math.Min(steps.Length, at + reach + 1);
        double share = 1.0 / steps.Length;
        // Between few means the trend itself would pass for noise.
        double error = reach == 0 || steps.Length - at < 4 ? 0 : _training.NoiseOf(at * share, 1) * Math.Sqrt(2.0 / (((2 * reach) + 1) * _training.Stride));
        return (_training.MeanOf((from + 0.5) * share, (to - 0.5) * share), _training.MeanOf(1 - (((2 * reach) + 1.5) * share), 1), error);
    }

    /// <summary>Returns the epoch of a step; null when epochs are not known.</summary>
    /// <param name="step">The step.</param>
    public double? EpochAt(long step)
    {
        for (int i = 0; i < _epochs.BlockCount; i++)
        {
            if (_epochs.Steps[i] >= step)
            {
                return _epochs.Means[i];
            }
        }

        return null;
    }
}
