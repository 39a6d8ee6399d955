namespace TrainingDoctor.Rules.Evaluation;

/// <summary>
/// Patience, hysteresis and memory for one symptom: it opens after so many ill samples in a row, keeps the worst number as evidence, and is marked as recovered after as many
/// healthy ones.
/// </summary>
/// <param name="context">Where the symptom is reported.</param>
/// <param name="patience">How many samples in a row it takes.</param>
/// <param name="variant">The variant of the symptom.</param>
internal sealed class SymptomTracker(RuleContext context, int patience, string variant = "")
{
    private int _ill;
    private int _healthy;
    private long _start;
    private long _first;
    private long _last;

    /// <summary>Gets how many ill samples do where they lie as many steps apart as patience asks for samples: of a training that is measured now and then; null where each must be seen.</summary>
    public int? FewestInSpan { get; init; }

    /// <summary>Gets the severity that the symptom opens with.</summary>
    public Severity Opening { get; init; } = Severity.Warning;

    /// <summary>Gets the confidence that the symptom opens with.</summary>
    public double Confidence { get; init; } = 0.9;

    /// <summary>Gets the number of samples taken.</summary>
    public long Samples { get; private set; }

    /// <summary>Gets the number of ill samples at the end.</summary>
    public int Streak => _ill;

    /// <summary>Gets the symptom; null while there is none.</summary>
    public Symptom? Symptom { get; private set; }

    /// <summary>Takes one sample.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="isIll">Whether it is ill.</param>
    /// <param name="reading">The number that says so.</param>
    /// <returns>True when the symptom holds now.</returns>
    public bool Observe(long step, bool isIll, in Reading reading)
    {
        _first = Samples++ == 0 ? step : _first;
        _last = step;
        if (!isIll)
        {
            _ill = 0;
            if (++_healthy >= patience && Symptom is { RecoveredAt: null })
            {
                Symptom.RecoveredAt = step;
            }

            return false;
        }

        _healthy = 0;
        if (_ill++ == 0)
        {
            _start = step;
        }

        if (_ill < patience && !(_ill >= FewestInSpan && step - _start >= patience - 1))
        {
            // What would be no more than a remark costs no training its time.
            if (Symptom is null && Opening >= Severity.Warning)
            {
                context.Doubt();
            }

            return false;
        }

        Extend(step, reading);
        return true;
    }

    /// <summary>Reports the symptom at once, or extends it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reading">The number that says so.</param>
    public Symptom Extend(long step, in Reading reading)
    {
        if (Symptom is null)
        {
            Symptom = context.Open(new Symptom
            {
                Severity = Opening,
                Confidence = Confidence,
                Variant = variant,
                Layers = reading.Layer is { } layer ? [layer] : [],
                FirstStep = _ill > 0 ? _start : step,
                LastStep = step,
                Evidence = [ToEvidence(step, reading)],
            });
        }
        else if (reading.IsWorseThan(Symptom.Evidence[0].Value))
        {
            Symptom.Evidence[0] = ToEvidence(step, reading);
        }

        Symptom.LastStep = step;
        Symptom.RecoveredAt = null;
        return Symptom;
    }

    /// <summary>Raises the severity of the symptom, if there is one; it never goes down.</summary>
    /// <param name="severity">The severity.</param>
    /// <param name="confidence">The confidence.</param>
    public void Raise(Severity severity, double confidence = 0.9)
    {
        if (Symptom is not null && severity > Symptom.Severity)
        {
            Symptom.Severity = severity;
            Symptom.Confidence = Math.Max(Symptom.Confidence, confidence);
        }
    }

    /// <summary>Says why nothing was judged; null when enough was seen.</summary>
    /// <param name="minimum">The samples that it takes.</param>
    /// <param name="metric">What they are samples of.</param>
    public Text? WhyNotEvaluated(long minimum, Metric metric) => Samples >= FewestInSpan && _last - _first >= minimum - 1 ? null : NotEvaluated.Unless(Samples, minimum, metric);

    private Evidence ToEvidence(long step, in Reading reading) =>
        new(reading.Name ?? MetricCatalog.NameOf(reading.Metric), reading.Layer ?? (context.Scope.Kind == ScopeKind.Run ? null : context.Scope.Name), step, reading.Value, reading.Limit, reading.Comparison);
}

/// <summary>Reasons why a rule could not judge.</summary>
internal static class NotEvaluated
{
    /// <summary>Says that there were too few samples; null when there were enough.</summary>
    /// <param name="had">The samples that there were.</param>
    /// <param name="minimum">The samples that it takes.</param>
    /// <param name="metric">What they are samples of.</param>
    public static Text? Unless(long had, long minimum, Metric metric) =>
        had >= minimum ? null : (Text)$"needs {minimum} measurements of {MetricCatalog.NameOf(metric)}, had {had}";
}
