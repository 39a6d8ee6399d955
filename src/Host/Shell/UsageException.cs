namespace TrainingDoctor.Host.Shell;

/// <summary>The user asked for something that cannot be done; the message is the one line that he or she is told.</summary>
/// <param name="message">What was wrong and what was expected, in one line.</param>
internal sealed class UsageException(string message) : Exception(message);
