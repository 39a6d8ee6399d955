namespace TrainingDoctor.Reports;

/// <summary>A log of several that could not be read: it has a row among the runs of the others.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Error">Why, as it is told on standard error: the place, what was found, what was expected.</param>
public sealed record UnreadLog(string Path, string Error)
{
    /// <summary>Gets why it could not be read, without the path where that stands before it.</summary>
    internal Text Reason => Error.StartsWith(Path + ": ", StringComparison.Ordinal) ? $"Could not be read: {Error[(Path.Length + 2)..]}" : (Text)$"Could not be read: {Error}";
}
