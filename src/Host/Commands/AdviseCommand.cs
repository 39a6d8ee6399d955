using System.CommandLine;
using Newtonsoft.Json;
using TrainingDoctor.Host.Advising;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor advise</c>: activation, initialisation, normalisation and learning rate, which are one set.</summary>
internal sealed class AdviseCommand(Terminal terminal) : ICommandDefinition
{
    private readonly Option<string?> _task = new("--task") { Description = $"What the network is trained to do: {Names<TrainingTask>()}." };
    private readonly Option<string?> _domain = new("--domain") { Description = $"The kind of data: {Names<DataDomain>()}." };
    private readonly Option<string?> _depth = new("--depth") { Description = "The number of layers with weights, at least 1." };
    private readonly Option<string?> _from = new("--from") { Description = "The present hidden activation, e.g. ReLU." };
    private readonly Option<string?> _to = new("--to") { Description = "The hidden activation that you mean to move to, e.g. GELU." };
    private readonly Option<string?> _learningRate = new("--learning-rate") { Description = "The present learning rate, above 0; the answer gives the new one." };
    private readonly Option<string?> _trouble = new("--trouble") { Description = $"What goes wrong: {Names<TrainingTrouble>()}." };

    public Command Create()
    {
        var command = new Command("advise", "Say which activation, initialisation, normalisation, learning rate, output and loss go together.")
        {
            _task, _domain, _depth, _from, _to, _learningRate, _trouble,
        };
        var kind = new KindArgument(command, "table", "json");
        command.SetAction(parsed => Run(parsed, kind.Read(parsed, terminal)));
        return command;
    }

    private int Run(ParseResult parsed, string kind)
    {
        var request = Read(parsed).Read(prefix: "--");
        var advice = ActivationAdvisor.Advise(request);
        if (kind == "json")
        {
            terminal.Output.Write(AdviceJson.Of(request, advice).ToString(Formatting.Indented) + "\n");
        }
        else
        {
            AdviceText.Write(terminal.OutputConsole, request, advice);
        }

        return ExitCode.Clean;
    }

    private AdviceWords Read(ParseResult parsed) => new()
    {
        Task = parsed.GetValue(_task),
        Domain = parsed.GetValue(_domain),
        Depth = parsed.GetValue(_depth),
        From = parsed.GetValue(_from),
        To = parsed.GetValue(_to),
        LearningRate = parsed.GetValue(_learningRate),
        Trouble = parsed.GetValue(_trouble),
    };

    private static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(value => KebabCase.Of(value)));
}
