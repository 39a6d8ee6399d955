using System.CommandLine;
using TrainingDoctor.Host.Agents;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor mcp</c>: the doctor as tools of a coding agent.</summary>
internal sealed class McpCommand(Terminal terminal) : ICommandDefinition
{
    /// <summary>Where agents are served over HTTP unless another address is named.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5174";

    private readonly Option<string[]> _allow = new("--allow")
    {
        Description = "A folder whose logs may be read, with everything below it; the current folder unless given. Repeatable.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _http = new("--http")
    {
        Description = $"Serve agents on this machine over HTTP, by default at {DefaultAddress}{AgentServer.Path}, instead of one agent over standard input and output.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _config = new(ConfigurationFile.Option) { Description = $"Rules, severities and thresholds; {ConfigurationFile.DefaultName} of the current folder when it exists." };

    public Command Create()
    {
        var command = new Command("mcp", "Serve coding agents over the Model Context Protocol: diagnose, explain, advise, compare, list_rules, watch_status.") { _allow, _http, _config };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var rules = RuleSetLoader.Load(parsed.GetValue(_config));
        var folders = new AllowedFolders(parsed.GetValue(_allow) is { Length: > 0 } named ? named : ["."]);
        using var interruption = new Interruption(cancellation);
        await (parsed.GetResult(_http) is null
            ? ServeAsync(folders, rules, interruption.Token)
            : ListenAsync(LiveAddress.Parse(parsed.GetValue(_http) ?? DefaultAddress, hasToken: true), folders, rules, interruption.Token)).ConfigureAwait(false);
        return ExitCode.Clean;
    }

    /// <summary>Standard output is the protocol's alone.</summary>
    private static async Task ServeAsync(AllowedFolders folders, RuleSet rules, CancellationToken cancellation)
    {
        try
        {
            await AgentServer.ServeAsync(Tools(folders, rules), Console.OpenStandardInput(), Console.OpenStandardOutput(), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends the serving, as the agent's going does.
        }
    }

    private async Task ListenAsync(LiveAddress address, AllowedFolders folders, RuleSet rules, CancellationToken cancellation)
    {
        var (server, listening) = await AgentServer.ListenAsync(Tools(folders, rules), address, terminal.WriteError, cancellation).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            terminal.Error.WriteLine($"traindoctor: listening at {listening}{AgentServer.Path}");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private static DoctorTools Tools(AllowedFolders folders, RuleSet rules) => new(folders, rules, new WatchedPlaces(rules, folders));
}
