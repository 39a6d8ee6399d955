namespace TrainingDoctor.Rules.Evaluation;

/// <summary>Follows a norm of the whole run beside the loss: what is growth beyond bounds, and what growth that goes with learning.</summary>
/// <param name="context">Where the symptom is reported.</param>
/// <param name="metric">The norm.</param>
/// <param name="factor">How many times its reference the norm may be.</param>
/// <param name="patience">How many measurements in a row must exceed that.</param>
internal abstract class GrowingNormEvaluator(RuleContext context, Metric metric, double factor, int patience) : RuleEvaluator
{
    private double _norm = double.NaN;
    private bool _measured;
    private long _samples;

    /// <inheritdoc/>
    public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, patience, metric);

    /// <summary>Gets the run.</summary>
    protected RuleContext Context { get; } = context;

    /// <summary>Gets the symptom with its patience.</summary>
    protected SymptomTracker Tracker { get; } = new(context, patience);

    /// <summary>Gets or sets the norm that the run is held to; NaN before it is known.</summary>
    protected double Reference { get; set; } = double.NaN;

    /// <summary>Gets the loss of the step, or the last before it; NaN before the first.</summary>
    protected double Loss { get; private set; } = double.NaN;

    /// <summary>Gets the first loss that was a number; NaN before it.</summary>
    protected double FirstLoss { get; private set; } = double.NaN;

    /// <summary>Gets a value indicating whether a loss was a number and no longer is.</summary>
    protected bool HasLostLoss => !double.IsFinite(Loss) && !double.IsNaN(FirstLoss);

    /// <inheritdoc/>
    public sealed override void Observe(in Measurement measurement)
    {
        if (measurement.Scope != ScopeTable.Run)
        {
            return;
        }

        if (measurement.Metric == Metric.Loss)
        {
            Loss = measurement.Value;
            FirstLoss = double.IsNaN(FirstLoss) ? measurement.Value : FirstLoss;
        }
        else
        {
            _norm = measurement.Value;
            _measured = true;
        }
    }

    /// <inheritdoc/>
    public sealed override void StepCompleted(long step)
    {
        if (_measured)
        {
            _measured = false;
            _samples++;
            Judge(step, _norm);
        }
    }

    /// <summary>Judges a step in which the norm was measured.</summary>
    /// <param name="step">The step.</param>
    /// <param name="norm">The norm, which need not be finite.</param>
    protected abstract void Judge(long step, double norm);

    /// <summary>Puts a norm beside its limit.</summary>
    /// <param name="norm">The norm.</param>
    protected Reading ToReading(double norm) => new(metric, norm, factor * Reference, ">");
}
