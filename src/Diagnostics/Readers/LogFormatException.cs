namespace TrainingDoctor.Readers;

/// <summary>A log that cannot be read: the message names the file, the line or offset, and what was expected.</summary>
public sealed class LogFormatException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public LogFormatException()
        : this("The log cannot be read.")
    {
    }

    /// <summary>Creates an exception with a whole message.</summary>
    /// <param name="message">The message.</param>
    public LogFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a whole message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public LogFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception that names the place.</summary>
    /// <param name="location">File and line or offset, e.g. <c>metrics.csv(17)</c>.</param>
    /// <param name="problem">What was found, and what was expected.</param>
    public LogFormatException(string location, string problem)
        : base($"{location}: {problem}")
    {
        Location = location;
    }

    /// <summary>Gets the file and line or offset; empty when the whole message was given.</summary>
    public string Location { get; } = string.Empty;
}
