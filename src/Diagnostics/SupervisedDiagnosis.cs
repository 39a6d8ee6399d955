namespace TrainingDoctor;

/// <summary>
/// The diagnosis of one run behind a boundary: whatever is thrown while its measurements are judged, kept or summed up ends this diagnosis and stands in its report (TD0001). Who reads or
/// receives other runs beside it goes on.
/// </summary>
/// <remarks>Not safe for concurrent use. Nothing but running out of memory gets out of it.</remarks>
public sealed class SupervisedDiagnosis : IMeasurementSink
{
    private const string Source = "The diagnosis of this run";

    private readonly RuleEngine _engine;
    private readonly SeriesCollector? _series;
    private readonly IMeasurementSink _sink;
    private RunDescription _run = new();
    private Exception? _fault;

    /// <summary>Begins the diagnosis of a run.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <param name="keepsSeries">Whether the report has curves.</param>
    /// <param name="accompany">A further taker of the measurements, behind the same boundary; null for none.</param>
    /// <param name="isLive">Whether the run goes on while it is observed.</param>
    public SupervisedDiagnosis(RuleSet rules, ScopeTable scopes, bool keepsSeries = true, IMeasurementSink? accompany = null, bool isLive = false)
    {
        _engine = new RuleEngine(rules, scopes) { IsLive = isLive };
        _series = keepsSeries ? new SeriesCollector(scopes) : null;
        _sink = new CompositeSink([.. new IMeasurementSink?[] { _engine, _series, accompany }.OfType<IMeasurementSink>()]);
    }

    /// <summary>Gets a value indicating whether the diagnosis ended because of a fault of its own.</summary>
    public bool HasFailed => _fault is not null;

    /// <summary>Makes the report of a run that could not be diagnosed at all.</summary>
    /// <param name="run">What is known of it.</param>
    /// <param name="fault">What was thrown.</param>
    public static DiagnosisReport Failed(RunDescription run, Exception fault)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(fault);

        // Nothing of the run but its name: whatever else is known of it may be what nobody can stand.
        var engine = new RuleEngine(new RuleSet([]), new ScopeTable());
        engine.Begin(new RunDescription { Name = run.Name, Source = run.Source, Path = run.Path });
        engine.ReportFault(Source, fault, FaultConsequence.Ended);
        return DiagnosisReport.Create(engine.Diagnose());
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        _run = run;
        Guarded(() => _sink.Begin(run));
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        _run = run;
        Guarded(() => _sink.Update(run));
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (_fault is not null)
        {
            return;
        }

        try
        {
            _sink.Observe(measurement);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    public void Observe(Distribution distribution) => Guarded(() => _sink.Observe(distribution));

    /// <inheritdoc/>
    public void Complete() => Guarded(_sink.Complete);

    /// <summary>Returns the report by now, while the run goes on.</summary>
    public DiagnosisReport Snapshot() => Report(_engine.Snapshot);

    /// <summary>Ends the run, unless it is ended already, and returns its report.</summary>
    public DiagnosisReport Finish() => Report(_engine.Diagnose);

    private DiagnosisReport Report(Func<RunDiagnosis> judge)
    {
        try
        {
            return DiagnosisReport.Create(judge(), _series);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
            return Failed(_run, _fault!);
        }
    }

    private void Guarded(Action action)
    {
        if (_fault is not null)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        if (_fault is null)
        {
            _fault = exception;
            _engine.ReportFault(Source, exception, FaultConsequence.Ended);
        }
    }
}
