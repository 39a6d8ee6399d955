using System.CommandLine;
using Newtonsoft.Json;
using Spectre.Console;
using TrainingDoctor.Host.Advising;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor rules</c>: the catalogue.</summary>
internal sealed class RulesCommand(Terminal terminal) : ICommandDefinition
{
    public Command Create()
    {
        var command = new Command("rules", "List every rule.");
        var kind = new KindArgument(command, "table", "json", "markdown");
        command.SetAction(parsed =>
        {
            switch (kind.Read(parsed, terminal))
            {
                case "json":
                    terminal.Output.Write(RulesJson.Of(RuleCatalog.All.Select(entry => entry.Descriptor)).ToString(Formatting.Indented) + "\n");
                    break;
                case "markdown":
                    WriteMarkdown();
                    break;
                default:
                    WriteTable();
                    break;
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private void WriteTable()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("ID", "Rule", "Severity", "Symptom");
        foreach (var rule in RuleCatalog.All.Select(entry => entry.Descriptor))
        {
            table.AddRow(rule.Id, rule.Name, KebabCase.Of(rule.Severity), Markup.Escape(rule.Summary.ToString()));
        }

        terminal.OutputConsole.Write(table);
    }

    private void WriteMarkdown()
    {
        terminal.Output.Write("| ID | Rule | Severity | Symptom |\n|---|---|---|---|\n");
        foreach (var rule in RuleCatalog.All.Select(entry => entry.Descriptor))
        {
            terminal.Output.Write($"| [{rule.Id}]({rule.Page}) | {rule.Name} | {KebabCase.Of(rule.Severity)} | {rule.Summary} |\n");
        }
    }
}
