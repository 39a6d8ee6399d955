using System.CommandLine;
using System.Globalization;
using Newtonsoft.Json;
using TrainingDoctor.Knowledge;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor advise</c>: activation, initialisation, normalisation and learning rate, which are one set.</summary>
internal sealed class AdviseCommand(Terminal terminal) : ICommandDefinition
{
    private readonly Option<string?> _task = new("--task") { Description = $"What the network is trained to do: {Names<TrainingTask>()}." };
    private readonly Option<string?> _domain = new("--domain") { Description = $"The kind of data: {Names<DataDomain>()}." };
    private readonly Option<string?> _depth = new("--depth") { Description = "The number of layers with weights, at least 1." };
    private readonly Option<string?> _from = new("--from") { Description = "The present hidden activation, e.g. ReLU." };
    private readonly Option<string?> _to = new("--to") { Description = "The hidden activation that you mean to move to, e.g. GELU." };
    private readonly Option<string?> _learningRate = new("--learning-rate") { Description = "The present learning rate, above 0; the new one is then said as a number." };
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
        var request = Read(parsed);
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

    private AdviceRequest Read(ParseResult parsed) => new()
    {
        Task = Named<TrainingTask>(_task, parsed),
        Domain = Named<DataDomain>(_domain, parsed),
        Depth = Number<int>(_depth, parsed, "a whole number of at least 1", depth => depth >= 1),
        From = Activation(_from, parsed),
        To = Activation(_to, parsed),
        LearningRate = Number<double>(_learningRate, parsed, "a number above 0", rate => rate > 0 && double.IsFinite(rate)),
        Trouble = Named<TrainingTrouble>(_trouble, parsed),
    };

    private static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(value => KebabCase.Of(value)));

    private static TEnum? Named<TEnum>(Option<string?> option, ParseResult parsed)
        where TEnum : struct, Enum
    {
        if (parsed.GetValue(option) is not { } word)
        {
            return null;
        }

        return KebabCase.TryParse(word, out TEnum value)
            ? value
            : throw Unknown(option, word, Enum.GetValues<TEnum>().Select(known => KebabCase.Of(known)));
    }

    private static ActivationKind? Activation(Option<string?> option, ParseResult parsed)
    {
        if (parsed.GetValue(option) is not { } word)
        {
            return null;
        }

        // Functions are spelled in many ways: LeakyReLU, leaky-relu, leaky_relu; SiLU has two names.
        string plain = string.Concat(word.Where(char.IsLetterOrDigit));
        plain = string.Equals(plain, "swish", StringComparison.OrdinalIgnoreCase) ? nameof(ActivationKind.SiLU) : plain;
        foreach (var kind in ActivationFunctions.Elementwise)
        {
            if (string.Equals(kind.ToString(), plain, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        throw Unknown(option, word, ActivationFunctions.Elementwise.Select(kind => kind.ToString()));
    }

    private static T? Number<T>(Option<string?> option, ParseResult parsed, string expected, Func<T, bool> fits)
        where T : struct, ISpanParsable<T>
    {
        if (parsed.GetValue(option) is not { } word)
        {
            return null;
        }

        return T.TryParse(word, CultureInfo.InvariantCulture, out T number) && fits(number)
            ? number
            : throw new UsageException($"{option.Name}: '{word}' is not {expected}.");
    }

    private static UsageException Unknown(Option<string?> option, string word, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return new UsageException($"{option.Name}: '{word}' is not known; did you mean '{NearestName.Of(word, names)}'? Expected {string.Join(", ", names)}.");
    }
}
