namespace TrainingDoctor.Tests.Packing;

/// <summary>What became of a command.</summary>
/// <param name="Command">The command as one would type it.</param>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">What it wrote to its output.</param>
/// <param name="Error">What it wrote to its error output.</param>
internal sealed record CommandOutcome(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Fails with everything the command said, unless it ended as expected.</summary>
    public CommandOutcome ThatEnds(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"'{Command}' ended with {ExitCode} instead of {exitCode}:\n{Output}\n{Error}");
        return this;
    }
}
