namespace TrainingDoctor.Readers;

/// <summary>Reads one log as runs.</summary>
internal interface ILogReader : IDisposable
{
    /// <summary>Reads the log once, in constant memory, and sends each run to a sink of its own.</summary>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    void Read(RunSinkFactory open, CancellationToken cancellationToken);
}
