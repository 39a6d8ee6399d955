namespace TrainingDoctor.Host.Shell;

/// <summary>What the program's exit codes mean (contract, section 3).</summary>
internal static class ExitCode
{
    /// <summary>Nothing at or above <c>--fail-on</c>.</summary>
    public const int Clean = 0;

    /// <summary>Findings at or above <c>--fail-on</c>, or a required rule that could not be evaluated.</summary>
    public const int Findings = 1;

    /// <summary>Wrong usage or unreadable input.</summary>
    public const int Usage = 2;

    /// <summary>A fault of the program itself.</summary>
    public const int Internal = 3;
}
