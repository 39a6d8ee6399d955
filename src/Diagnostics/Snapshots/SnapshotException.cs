namespace TrainingDoctor.Snapshots;

/// <summary>A state holds something that cannot be written, or bytes hold no state that can be restored here.</summary>
internal sealed class SnapshotException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SnapshotException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What cannot be written, with the path of fields that leads to it; or why the bytes are refused.</param>
    public SnapshotException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What cannot be written, with the path of fields that leads to it; or why the bytes are refused.</param>
    /// <param name="innerException">What was thrown below.</param>
    public SnapshotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
