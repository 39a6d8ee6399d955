using System.Globalization;
using TrainingDoctor.Host.Commands;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Commands;

/// <summary>Runs the program in this process and keeps what it writes.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static async Task<Outcome> RunAsync(params string[] args)
    {
        var culture = CultureInfo.CurrentCulture;
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await using var error = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            int exitCode = await CommandTree.RunAsync(args, new Terminal(output, error));
            return new Outcome(exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.DefaultThreadCurrentCulture = null;
        }
    }

    /// <summary>What came of a command line.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>Gets the lines on standard error.</summary>
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
