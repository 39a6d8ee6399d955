using System.CommandLine;
using TrainingDoctor.Documentation;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor explain RULE</c>: a rule's page.</summary>
internal sealed class ExplainCommand(Terminal terminal) : ICommandDefinition
{
    public Command Create()
    {
        var rule = new Argument<string>("rule") { Description = "The rule's ID or name, e.g. TD3001 or dead-units." };
        var language = new Option<string?>("--lang") { Description = "The language of the page; from the environment unless given." };
        var command = new Command("explain", "Show a rule's page: what, why, thresholds, remedies, sources.") { rule, language };
        command.SetAction(parsed =>
        {
            terminal.Output.Write(RulePage.ToMarkdown(RuleArgument.Find(parsed.GetRequiredValue(rule)), ReportArguments.Language(parsed.GetValue(language)).Translate));
            return ExitCode.Clean;
        });
        return command;
    }
}
