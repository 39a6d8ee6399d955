using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary>The command line as a whole: parses, runs one command, and turns faults into exit codes.</summary>
internal static class CommandTree
{
    /// <summary>Runs the program.</summary>
    /// <param name="args">The words of the command line.</param>
    /// <param name="given">Where the program writes, for tests; null for the terminal of the process.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal? given = null)
    {
        // Reports are for machines too: no culture of the machine may change a number.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (args is ["diagnose", ..])
        {
            _ = Rehearsal.Begin(args);
        }

        var parts = new CommandParts(given);
        var terminal = parts.Terminal;
        var root = Create(parts, args is [var name, ..] ? name : null);
        var configured = ConfiguredWords.None;
        try
        {
            var parsed = root.Parse(args);
            configured = ConfigurationFile.WordsFor(parsed, () => Create(parts).Subcommands);
            if (configured.Words.Count > 0)
            {
                parsed = root.Parse([.. args, .. configured.Words]);
            }

            if (parsed.Errors.Count > 0)
            {
                // A word that is not understood explains more than what is missing because of it.
                var error = parsed.Errors.FirstOrDefault(e => parsed.UnmatchedTokens.Any(token => e.Message.Contains(token, StringComparison.Ordinal))) ?? parsed.Errors[0];
                terminal.WriteError(configured.Explain(Explain(error, parsed, root)));
                return ExitCode.Usage;
            }

            // Commands that follow something listen for signals themselves (Interruption); the others end at once.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Output, Error = terminal.Error })
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            terminal.WriteError("cancelled");
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is UsageException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException)
        {
            terminal.WriteError(configured.Explain(exception.Message));
            return ExitCode.Usage;
        }
        catch (Exception exception)
        {
            terminal.WriteError($"internal fault: {exception.GetType().Name}: {exception.Message}");
            if (DoctorEnvironment.Read("TRACE") is not null)
            {
                terminal.Error.WriteLine(exception);
            }

            return ExitCode.Internal;
        }
    }

    /// <summary>Makes the root command with others below it.</summary>
    /// <param name="parts">What commands are made of.</param>
    /// <param name="only">The command that is run: no other is made, since all of them take longer than the diagnosis of a small log. All are made where this is null or none of them.</param>
    public static RootCommand Create(CommandParts parts, string? only = null)
    {
        var root = new RootCommand("Training Doctor measures the symptoms of a neural network in training, names the cause and prescribes a cure.");
        bool isNamed = CommandParts.Commands.Any(command => command.Name == only);
        foreach (var command in CommandParts.Commands)
        {
            if (!isNamed || command.Name == only)
            {
                root.Subcommands.Add(command.Make(parts).Create());
            }
        }

        return root;
    }

    private static string Explain(ParseError error, ParseResult parsed, RootCommand root)
    {
        string message = error.Message.ReplaceLineEndings(" ");
        var command = parsed.CommandResult.Command;
        return command == root
            ? $"{message} Commands: {string.Join(", ", root.Subcommands.Select(c => c.Name))}. See 'traindoctor --help'."
            : $"{message} See 'traindoctor {command.Name} --help'.";
    }
}
