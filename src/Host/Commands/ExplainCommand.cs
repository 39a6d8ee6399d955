using System.CommandLine;
using TrainingDoctor.Documentation;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor explain RULE</c>: a rule's page.</summary>
internal sealed class ExplainCommand(Terminal terminal) : ICommandDefinition
{
    public Command Create()
    {
        var rule = new Argument<string>("rule") { Description = "The rule's ID or name, e.g. TD3001 or dead-units." };
        var command = new Command("explain", "Show a rule's page: what, why, thresholds, remedies, sources.") { rule };
        command.SetAction(parsed =>
        {
            terminal.Output.Write(RulePage.ToMarkdown(RuleArgument.Find(parsed.GetRequiredValue(rule))));
            return ExitCode.Clean;
        });
        return command;
    }
}
