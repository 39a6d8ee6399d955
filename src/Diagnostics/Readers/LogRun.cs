namespace TrainingDoctor.Readers;

/// <summary>One run of a log, as a source of measurements.</summary>
/// <param name="log">The log.</param>
/// <param name="index">Which run of the log it is, from 0.</param>
internal sealed class LogRun(LogSource log, int index) : IMeasurementSource
{
    public ScopeTable Scopes { get; } = new();

    public void CopyTo(IMeasurementSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sink);
        int run = 0;
        log.Read((_, scopes) => run++ == index ? new ScopeTranslator(sink, scopes, Scopes) : null, cancellationToken);
    }

    private sealed class ScopeTranslator(IMeasurementSink sink, ScopeTable from, ScopeTable to) : IMeasurementSink
    {
        public void Begin(RunDescription run) => sink.Begin(run);

        public void Update(RunDescription run) => sink.Update(run);

        public void Observe(in Measurement measurement)
        {
            if (measurement.Scope == ScopeTable.Run)
            {
                sink.Observe(measurement);
                return;
            }

            var scope = from[measurement.Scope];
            sink.Observe(measurement with { Scope = to.Intern(scope.Kind, scope.Name) });
        }

        public void Observe(Distribution distribution) => sink.Observe(distribution);

        public void Complete() => sink.Complete();
    }
}
