namespace TrainingDoctor.Rules.Curves;

/// <summary>The curves of a run: losses, scores, the learning rate and what particular kinds of training are watched by, each once, however many rules look at them.</summary>
internal sealed class RunCurves
{
    private static readonly bool[] IsCurve = Mark(
        [Metric.Loss, Metric.Accuracy, Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.ValidationError, Metric.LearningRate, Metric.Epoch, Metric.LossScale, Metric.SkippedSteps, .. TaskMetrics.All]);

    private readonly Curve?[][] _curves = new Curve?[IsCurve.Length][];
    private readonly BestEpochs _bestEpochs = new();

    /// <summary>Creates the curves of a run, all empty.</summary>
    public RunCurves()
    {
        Array.Fill(_curves, []);
        _curves[(int)Metric.Loss] = [new Curve()];
    }

    /// <summary>Gets the curves of a run of which none is kept: nothing may be added to them.</summary>
    public static RunCurves None { get; } = new();

    /// <summary>Gets the training loss.</summary>
    public Curve Loss => _curves[(int)Metric.Loss][ScopeTable.Run]!;

    /// <summary>Gets the curve of a metric; null when it was never measured.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="scope">The scope, as an evaluation set.</param>
    public Curve? Of(Metric metric, int scope = ScopeTable.Run) => scope < _curves[(int)metric].Length ? _curves[(int)metric][scope] : null;

    /// <summary>Gets the curves of a metric by scope; null for scopes that have none.</summary>
    /// <param name="metric">The metric.</param>
    public ReadOnlySpan<Curve?> All(Metric metric) => _curves[(int)metric];

    /// <summary>Takes one measurement; those that are no curve are passed over.</summary>
    /// <param name="measurement">The measurement.</param>
    public void Add(in Measurement measurement)
    {
        if (!IsCurve[(int)measurement.Metric])
        {
            return;
        }

        ref var curves = ref _curves[(int)measurement.Metric];
        if (measurement.Scope >= curves.Length)
        {
            Array.Resize(ref curves, measurement.Scope + 1);
        }

        (curves[measurement.Scope] ??= new Curve()).Add(measurement.Step, measurement.Value);
        _bestEpochs.Add(measurement);
    }

    /// <summary>Tells how a metric went on from a step.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="step">The step.</param>
    /// <param name="scope">The scope, as an evaluation set.</param>
    /// <returns>Its level around the step and at the end, each a mean of three blocks where there are many, and the standard error of the difference; NaN when there are too few.</returns>
    public (double Then, double Now, double Error) Since(Metric metric, long step, int scope = ScopeTable.Run)
    {
        if (Of(metric, scope)?.Series is not { BlockCount: >= 3 } series)
        {
            return (double.NaN, double.NaN, double.NaN);
        }

        var steps = series.Steps;
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
        double error = series.BlockNoiseOf(at * share, 1) * Math.Sqrt(2.0 / ((2 * reach) + 1));
        return (series.MeanOf((from + 0.5) * share, (to - 0.5) * share), series.MeanOf(1 - (((2 * reach) + 0.5) * share), 1), error);
    }

    /// <summary>Returns the epoch of a step: the first that was told there or later; null when epochs are not known. In a long run, of which blocks are kept, it lies between the epochs at the ends of its block, but for the best validations.</summary>
    /// <param name="step">The step.</param>
    public double? EpochAt(long step)
    {
        if (_bestEpochs.At(step) is { } told)
        {
            return told;
        }

        if (Of(Metric.Epoch)?.Series is not { } epochs)
        {
            return null;
        }

        for (int i = 0; i < epochs.BlockCount; i++)
        {
            if (epochs.Ends[i] >= step)
            {
                var (first, last) = (epochs.Lowests[i], epochs.Highests[i]);
                long passed = Math.Max(0, step - epochs.Steps[i]);
                long steps = epochs.Ends[i] - epochs.Steps[i];
                return steps == 0 ? first
                    : double.IsInteger(first) && double.IsInteger(last) ? first + Math.Floor((last - first + 1) * passed / (steps + 1))
                    : first + ((last - first) * passed / steps);
            }
        }

        return epochs.LastStep >= step ? epochs.Last : null;
    }

    private static bool[] Mark(params ReadOnlySpan<Metric> metrics)
    {
        bool[] marks = new bool[MetricCatalog.All.Count];
        foreach (var metric in metrics)
        {
            marks[(int)metric] = true;
        }

        return marks;
    }
}
