using System.Globalization;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Host.Advising;

/// <summary>A request for advice in words, as people and agents write it.</summary>
internal sealed record AdviceWords
{
    /// <summary>Gets what the network is trained to do.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the kind of data.</summary>
    public string? Domain { get; init; }

    /// <summary>Gets the number of layers with weights.</summary>
    public string? Depth { get; init; }

    /// <summary>Gets the present hidden activation.</summary>
    public string? From { get; init; }

    /// <summary>Gets the hidden activation to move to.</summary>
    public string? To { get; init; }

    /// <summary>Gets the present learning rate.</summary>
    public string? LearningRate { get; init; }

    /// <summary>Gets what goes wrong.</summary>
    public string? Trouble { get; init; }

    /// <summary>Reads the words.</summary>
    /// <param name="prefix">What stands before the names of words where they were asked for, e.g. <c>--</c>.</param>
    /// <exception cref="UsageException">A word is not known, or is no number within its bounds.</exception>
    public AdviceRequest Read(string prefix) => new()
    {
        Task = Named<TrainingTask>($"{prefix}task", Task),
        Domain = Named<DataDomain>($"{prefix}domain", Domain),
        Depth = Number<int>($"{prefix}depth", Depth, "a whole number of at least 1", depth => depth >= 1),
        From = Activation($"{prefix}from", From),
        To = Activation($"{prefix}to", To),
        LearningRate = Number<double>($"{prefix}learning-rate", LearningRate, "a number above 0", rate => rate > 0 && double.IsFinite(rate)),
        Trouble = Named<TrainingTrouble>($"{prefix}trouble", Trouble),
    };

    private static TEnum? Named<TEnum>(string name, string? word)
        where TEnum : struct, Enum => word is null ? null
        : KebabCase.TryParse(word, out TEnum value) ? value
        : throw Unknown(name, word, Enum.GetValues<TEnum>().Select(known => KebabCase.Of(known)));

    private static ActivationKind? Activation(string name, string? word)
    {
        if (word is null)
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

        throw Unknown(name, word, ActivationFunctions.Elementwise.Select(kind => kind.ToString()));
    }

    private static T? Number<T>(string name, string? word, string expected, Func<T, bool> fits)
        where T : struct, ISpanParsable<T> => word is null ? null
        : T.TryParse(word, CultureInfo.InvariantCulture, out T number) && fits(number) ? number
        : throw new UsageException($"{name}: '{word}' is not {expected}.");

    private static UsageException Unknown(string name, string word, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return new UsageException($"{name}: '{word}' is not known; did you mean '{NearestName.Of(word, names)}'? Expected {string.Join(", ", names)}.");
    }
}
