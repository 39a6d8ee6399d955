namespace TrainingDoctor.Readers.Rows;

/// <summary>Reads one log as rows of numbers, once and in constant memory.</summary>
internal interface IRowReader : IDisposable
{
    LogFacts Facts { get; }

    /// <summary>Reads the log. A batch is only valid until the next one is asked for.</summary>
    /// <exception cref="LogFormatException">Nothing can be read; damage of parts is reported in the batches instead.</exception>
    IEnumerable<RowBatch> Read(CancellationToken cancellationToken);
}
