using System.CommandLine;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor init</c>: writes a configuration file to begin from, and its schema, by which editors complete and check it.</summary>
internal sealed class InitCommand(Terminal terminal, CommandParts parts) : ICommandDefinition
{
    private const string SchemaName = "traindoctor.schema.json";

    /// <summary>Where frameworks put their logs, by default.</summary>
    private static readonly string[] UsualFolders = ["runs", "logs", "lightning_logs", "mlruns", "wandb", "outputs"];

    private readonly Option<bool> _force = new("--force") { Description = "Replace the files when they exist." };

    public Command Create()
    {
        var command = new Command("init", $"Write a {ConfigurationFile.DefaultName} to start from, with its schema, into the current folder.") { _force };
        command.SetAction(parsed => Run(parsed.GetValue(_force)));
        return command;
    }

    private int Run(bool isForced)
    {
        if (!isForced && File.Exists(ConfigurationFile.DefaultName))
        {
            throw new UsageException($"{ConfigurationFile.DefaultName} exists; expected --force to replace it.");
        }

        OutputPath.Check("init", ConfigurationFile.DefaultName);
        OutputPath.Check("init", SchemaName);
        Write(ConfigurationFile.DefaultName, new JObject
        {
            ["$schema"] = $"./{SchemaName}",
            ["path"] = new JArray(UsualFolders.Where(Directory.Exists).DefaultIfEmpty(".")),
            ["failOn"] = "error",
            ["output"] = new JArray("reports/report.json", "reports/report.html", "reports/report.sarif", "reports/junit.xml", "reports/summary.md"),
            ["rules"] = new JObject(),
        });
        Write(SchemaName, ConfigurationSchema.Of(CommandTree.Create(parts).Subcommands));
        terminal.Error.WriteLine($"wrote {ConfigurationFile.DefaultName} and {SchemaName}; 'traindoctor diagnose' reads it from here");
        return ExitCode.Clean;
    }

    private static void Write(string path, JObject document) => File.WriteAllText(path, document.ToString(Formatting.Indented).ReplaceLineEndings("\n") + "\n");
}
