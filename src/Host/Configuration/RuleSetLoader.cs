using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Commands;

namespace TrainingDoctor.Host.Configuration;

/// <summary>Reads the rules of the configuration file: of the one named on the command line, else of the one in the current folder, else the defaults.</summary>
internal static class RuleSetLoader
{
    /// <summary>Loads the rules.</summary>
    /// <param name="file">The file of <c>--config</c>; null when none was named.</param>
    /// <exception cref="UsageException">The file is missing, is no JSON, or holds an unknown key or a value out of bounds.</exception>
    public static RuleSet Load(string? file)
    {
        if (ConfigurationFile.Load(file) is not { } loaded)
        {
            return RuleSet.Default;
        }

        try
        {
            return RuleConfiguration.Bind(loaded.Configuration.GetSection(RuleConfiguration.SectionName));
        }
        catch (RuleConfigurationException exception)
        {
            throw new UsageException($"{loaded.Path}: {exception.Message}");
        }
    }
}
