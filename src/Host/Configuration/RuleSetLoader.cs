using Microsoft.Extensions.Configuration;
using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Commands;

namespace TrainingDoctor.Host.Configuration;

/// <summary>Reads <c>traindoctor.json</c>: the file named on the command line, else the one in the current folder, else the defaults.</summary>
internal static class RuleSetLoader
{
    private const string DefaultFile = "traindoctor.json";
    private static readonly string[] Sections = [RuleConfiguration.SectionName, "$schema"];

    /// <summary>Loads the rules.</summary>
    /// <param name="file">The file of <c>--config</c>; null when none was named.</param>
    /// <exception cref="UsageException">The file is missing, is no JSON, or holds an unknown key or a value out of bounds.</exception>
    public static RuleSet Load(string? file)
    {
        string path = Path.GetFullPath(file ?? DefaultFile);
        if (!File.Exists(path))
        {
            return file is null ? RuleSet.Default : throw new UsageException($"--config: file '{file}' does not exist.");
        }

        try
        {
            var configuration = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
            foreach (var section in configuration.GetChildren().Where(section => !Sections.Contains(section.Key)))
            {
                throw new UsageException($"{path}: unknown key '{section.Key}'; did you mean '{NearestName.Of(section.Key, Sections)}'?");
            }

            return RuleConfiguration.Bind(configuration.GetSection(RuleConfiguration.SectionName));
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"{path}: {exception.GetBaseException().Message}");
        }
        catch (RuleConfigurationException exception)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }
    }
}
