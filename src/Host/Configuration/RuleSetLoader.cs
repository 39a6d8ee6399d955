using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Normality;

namespace TrainingDoctor.Host.Configuration;

/// <summary>Reads the rules of the configuration file: of the one named on the command line, else of the one in the current folder, else the defaults.</summary>
internal static class RuleSetLoader
{
    /// <summary>Loads the rules.</summary>
    /// <param name="file">The file of <c>--config</c>; null when none was named.</param>
    /// <param name="normal">The file of <c>--normal</c>, what good runs usually do; null when none was named.</param>
    /// <exception cref="UsageException">A file is missing, is no JSON, or holds an unknown key or a value out of bounds.</exception>
    public static RuleSet Load(string? file, string? normal = null)
    {
        var rules = LoadRules(file);
        try
        {
            return normal is null ? rules : rules.WithNormal(NormalProfile.Read(normal));
        }
        catch (Exception exception) when (exception is NormalFormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--normal: {exception.Message}");
        }
    }

    private static RuleSet LoadRules(string? file)
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
