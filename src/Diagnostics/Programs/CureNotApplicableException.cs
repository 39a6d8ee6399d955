namespace TrainingDoctor.Programs;

/// <summary>A remedy's action cannot be applied to this program from outside; the message says why.</summary>
/// <param name="message">Why.</param>
internal sealed class CureNotApplicableException(string message) : Exception(message);
