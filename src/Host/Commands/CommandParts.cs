using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Commands;

/// <summary>What commands are made of: each part once, and when it is asked for.</summary>
/// <remarks>By hand: a container of services takes longer to get going than the diagnosis of a small log.</remarks>
/// <param name="terminal">Where the program writes; null for the terminal of the process.</param>
internal sealed class CommandParts(Terminal? terminal = null)
{
    private ReportWriter? _writer;
    private RunBoard? _board;

    /// <summary>Gets the commands, in the order in which help lists them.</summary>
    public static IReadOnlyList<NamedCommand> Commands { get; } =
    [
        new("diagnose", parts => new DiagnoseCommand(parts.Terminal, parts.Writer)),
        new("diff", parts => new DiffCommand(parts.Terminal)),
        new("learn", parts => new LearnCommand(parts.Terminal)),
        new("watch", parts => new WatchCommand(parts.Terminal, parts.WatchRun, parts.Board)),
        new("attach", parts => new AttachCommand(parts.Terminal, parts.WatchRun)),
        new("demo", parts => new DemoCommand(parts.Terminal, parts.Writer)),
        new("cure", parts => new CureCommand(new DemoCure(parts.Terminal, parts.Writer), new ForeignCureRun(parts.Terminal, parts.Writer, new TrialPage(parts.Terminal, parts.Board)))),
        new("explain", parts => new ExplainCommand(parts.Terminal)),
        new("rules", parts => new RulesCommand(parts.Terminal)),
        new("advise", parts => new AdviseCommand(parts.Terminal)),
        new("init", parts => new InitCommand(parts.Terminal, parts)),
        new("mcp", parts => new McpCommand(parts.Terminal)),
    ];

    /// <summary>Gets where the program writes.</summary>
    public Terminal Terminal { get; } = terminal ?? new Terminal();

    private ReportWriter Writer => _writer ??= new ReportWriter(Terminal);

    private RunBoard Board => _board ??= new RunBoard();

    private WatchRun WatchRun => new(Terminal, Writer, Board);
}

/// <summary>A command by its name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Make">Makes its definition.</param>
internal sealed record NamedCommand(string Name, Func<CommandParts, ICommandDefinition> Make);
