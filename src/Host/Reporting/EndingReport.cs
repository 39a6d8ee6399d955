namespace TrainingDoctor.Host.Reporting;

/// <summary>Writes the report of a run as soon as it is over, and lets go of what it was judged by: of a log of many runs, one at a time is held.</summary>
/// <param name="diagnosis">Judges the run.</param>
internal sealed class EndingReport(SupervisedDiagnosis diagnosis) : IMeasurementSink
{
    private SupervisedDiagnosis? _diagnosis = diagnosis;
    private DiagnosisReport? _report;

    /// <inheritdoc/>
    public void Begin(RunDescription run) => _diagnosis?.Begin(run);

    /// <inheritdoc/>
    public void Update(RunDescription run) => _diagnosis?.Update(run);

    /// <inheritdoc/>
    public void Observe(in Measurement measurement) => _diagnosis?.Observe(measurement);

    /// <inheritdoc/>
    public void Observe(Distribution distribution) => _diagnosis?.Observe(distribution);

    /// <inheritdoc/>
    public void Complete()
    {
        _diagnosis?.Complete();
        _ = Finish();
    }

    /// <summary>Ends the run, unless it is ended already, and returns its report.</summary>
    public DiagnosisReport Finish()
    {
        _report ??= _diagnosis!.Finish().WithoutCurves();
        _diagnosis = null;
        return _report;
    }
}
