using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Configuration;
using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Configuration;

/// <summary>
/// <c>traindoctor.json</c>: what the command line need not repeat. Each key is an option's name in camel case, <c>path</c> is what is diagnosed, and <c>rules</c> is the rules' own section.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>The file of the current folder that is read when none is named.</summary>
    public const string DefaultName = "traindoctor.json";

    /// <summary>The option that names another.</summary>
    public const string Option = "--config";

    /// <summary>The key of what is diagnosed.</summary>
    public const string PathKey = "path";

    private const int LargestFile = 16 << 20;

    /// <summary>What a file cannot say: where it is itself, and what is done once.</summary>
    private static readonly string[] CommandLineOnly = [Option, "--help", "--version", "--update-baseline"];

    /// <summary>Returns the key of an option: <c>--fail-on</c> is <c>failOn</c>.</summary>
    /// <param name="option">The option's name.</param>
    public static string KeyOf(string option)
    {
        string[] words = option.TrimStart('-').Split('-');
        return string.Concat(words.Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>Returns the options of a command that the file may set, by key. Demos take none: they exit with 0 and write into a folder of their own, whatever a project wants of its runs.</summary>
    /// <param name="command">The command.</param>
    public static IReadOnlyDictionary<string, Option> OptionsOf(Command command) => command.Name is "demo" or "cure"
        ? new Dictionary<string, Option>()
        : command.Options.Where(option => !option.Hidden && !CommandLineOnly.Contains(option.Name)).ToDictionary(option => KeyOf(option.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the words that the file adds to a command line: those that it does not say itself.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="commands">Makes all commands, of which a key may be that is none of this one; asked where there is a file.</param>
    /// <exception cref="UsageException">The file is missing or no JSON, or it holds an unknown key or a value of the wrong kind.</exception>
    public static ConfiguredWords WordsFor(ParseResult parsed, Func<IEnumerable<Command>> commands)
    {
        var command = parsed.CommandResult.Command;
        if (command.Options.FirstOrDefault(option => option.Name == Option) is not { } option)
        {
            return ConfiguredWords.None;
        }

        string? named = parsed.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;
        if (Load(named) is not { } file)
        {
            return ConfiguredWords.None;
        }

        string[] known = [.. commands().SelectMany(other => OptionsOf(other).Keys).Append(PathKey).Append(RuleConfiguration.SectionName).Distinct(StringComparer.OrdinalIgnoreCase)];
        var own = OptionsOf(command);
        var words = new List<string>();
        var set = new Dictionary<string, string>();
        foreach (var section in file.Configuration.GetChildren().Where(section => section.Key != "$schema"))
        {
            if (!known.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new UsageException($"{file.Path}: unknown key '{section.Key}'; did you mean {NearestName.Suggest(section.Key, known)}?");
            }

            if (own.TryGetValue(section.Key, out var wanted) && !IsGiven(parsed, wanted))
            {
                words.AddRange(Values(section, file.Path, wanted).Select(value => Spell(wanted, value)));
                set[wanted.Name] = section.Key;
            }
            else if (string.Equals(section.Key, PathKey, StringComparison.OrdinalIgnoreCase) && command.Arguments is [{ Name: PathKey } argument] && parsed.GetResult(argument) is not { Tokens.Count: > 0 })
            {
                words.AddRange(Values(section, file.Path, option: null));
            }
        }

        return new ConfiguredWords(file.Path, words, set);
    }

    /// <summary>Loads the file that was named, else the one of the current folder.</summary>
    /// <param name="named">The file of <c>--config</c>; null when none was named.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="UsageException">The file is missing, too large, or no JSON.</exception>
    public static (string Path, IConfigurationRoot Configuration)? Load(string? named)
    {
        string path = Path.GetFullPath(named ?? DefaultName);
        if (!File.Exists(path))
        {
            return named is null ? null : throw new UsageException($"--config: file '{named}' does not exist.");
        }

        try
        {
            return (path, new ConfigurationBuilder().AddJsonStream(Read(path)).Build());
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or System.Text.Json.JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: {exception.GetBaseException().Message}");
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static IEnumerable<string> Values(IConfigurationSection section, string file, Option? option)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
        {
            return section.Value is { Length: > 0 } value ? [value] : [];
        }

        bool isList = children.Select((child, index) => child.Key == index.ToString(System.Globalization.CultureInfo.InvariantCulture)).All(inOrder => inOrder);
        if (children.Any(child => child.Value is null) || (!isList && option?.Name != "--map") || (isList && option is not null && option.Arity.MaximumNumberOfValues <= 1))
        {
            throw new UsageException($"{file}: {section.Path}: expected {(option is null || option.Arity.MaximumNumberOfValues > 1 ? "a value or a list of values" : "one value")}.");
        }

        return isList ? children.Select(child => child.Value!) : children.Select(child => $"{child.Key}={child.Value}");
    }

    /// <summary>One word holds both, since a value that begins with a hyphen would otherwise be taken for an option.</summary>
    private static string Spell(Option option, string value) => (option.ValueType == typeof(bool), option.Arity.MinimumNumberOfValues, value) switch
    {
        (true, _, _) => $"{option.Name}:{value}",
        (false, 0, "True") => option.Name,
        _ => $"{option.Name}={value}",
    };

    private static MemoryStream Read(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > LargestFile)
            {
                throw new IOException($"it is larger than {LargestFile >> 20} MB.");
            }
        }

        bytes.Position = 0;
        return bytes;
    }
}

/// <summary>What a configuration file adds to a command line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Words">The words.</param>
/// <param name="Keys">The key that set each option, by the option's name.</param>
internal sealed record ConfiguredWords(string Path, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Keys)
{
    /// <summary>Gets what no file adds.</summary>
    public static ConfiguredWords None { get; } = new(string.Empty, [], new Dictionary<string, string>());

    /// <summary>Names the file and the key in what is wrong with an option that the file set.</summary>
    /// <param name="message">What is wrong.</param>
    public string Explain(string message)
    {
        int end = message.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && Keys.TryGetValue(message[..end], out string? key) ? $"{Path}: {key}{message[end..]}" : message;
    }
}
