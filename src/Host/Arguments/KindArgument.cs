using System.CommandLine;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Arguments;

/// <summary>What a list is printed as: <c>--report</c>, as everywhere. <c>--format</c>, which once meant the same, is the format of logs.</summary>
internal sealed class KindArgument
{
    private readonly Option<string?> _report;
    private readonly Option<string?> _former;
    private readonly string _default;

    /// <summary>Adds the option to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="kinds">The kinds; the first is the default.</param>
    public KindArgument(Command command, params string[] kinds)
    {
        _default = kinds[0];
        _report = new Option<string?>("--report") { Description = $"What is printed: {string.Join(", ", kinds)}." };
        _former = new Option<string?>("--format") { Hidden = true };
        _report.AcceptOnlyFromAmong(kinds);
        _former.AcceptOnlyFromAmong(kinds);
        command.Options.Add(_report);
        command.Options.Add(_former);
    }

    /// <summary>Reads the kind.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Is told when the former spelling was used.</param>
    public string Read(ParseResult parsed, Terminal terminal)
    {
        if (parsed.GetValue(_report) is { } kind)
        {
            return kind;
        }

        if (parsed.GetValue(_former) is not { } former)
        {
            return _default;
        }

        terminal.WriteError("--format is called --report here now, since it means the format of logs elsewhere; the former spelling goes on working.");
        return former;
    }
}
