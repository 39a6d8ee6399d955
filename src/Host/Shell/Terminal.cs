using Spectre.Console;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Shell;

/// <summary>Where the program writes: reports to standard output, everything else to standard error, colour on terminals only.</summary>
internal sealed class Terminal
{
    /// <summary>Creates the terminal of the process.</summary>
    public Terminal()
        : this(Console.Out, Console.Error, Console.IsOutputRedirected, Console.IsErrorRedirected)
    {
    }

    /// <summary>Creates a terminal on other writers, for tests.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="outputIsRedirected">Whether standard output is no terminal.</param>
    /// <param name="errorIsRedirected">Whether standard error is no terminal.</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsRedirected = true, bool errorIsRedirected = true)
    {
        Output = output;
        Error = error;
        OutputConsole = Create(output, outputIsRedirected);
        ErrorConsole = Create(error, errorIsRedirected);
        IsInteractive = !errorIsRedirected;
    }

    /// <summary>Gets standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Gets standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Gets a console on standard output.</summary>
    public IAnsiConsole OutputConsole { get; }

    /// <summary>Gets a console on standard error, for progress.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>Gets a value indicating whether a person watches standard error, so that progress is worth drawing.</summary>
    public bool IsInteractive { get; }

    /// <summary>Writes one line to standard error.</summary>
    /// <param name="message">What went wrong.</param>
    public void WriteError(string message) => Error.WriteLine($"traindoctor: {UntrustedText.Line(message)}");

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        bool plain = isRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (isRedirected)
        {
            console.Profile.Width = 120;
        }

        return console;
    }
}
