namespace TrainingDoctor.Configuration;

/// <summary>A configuration of rules that cannot be used; the message names the key, its value and what was expected.</summary>
public sealed class RuleConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Names the key, its value and what was expected.</param>
    public RuleConfigurationException(string message)
        : base(message)
    {
    }
}
