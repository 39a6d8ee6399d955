using System.CommandLine;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Runs;
using ConfigurationFile = TrainingDoctor.Host.Configuration.ConfigurationFile;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor diff GOOD... --against BAD...</c>: this run worked, that one does not. Why?</summary>
internal sealed class DiffCommand(Terminal terminal) : ICommandDefinition
{
    private readonly Argument<string[]> _good = new("good") { Description = "Logs of runs that went well: files or folders. Several tell how much seeds differ.", Arity = ArgumentArity.OneOrMore };

    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Logs of the runs in question: files or folders.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly LogArguments _log = new();
    private readonly Option<string[]> _output = new("--output", "-o") { Description = "Write the comparison to FILE, in the format of its extension: .json, .html, .md, .txt; - for JSON on standard output. Repeatable." };
    private readonly Option<bool> _exact = new("--exact") { Description = "Ask whether a port or a refactoring computes the same, layer by layer to within rounding: recordings of both, begun with the same weights and fed the same batches." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };
    private readonly Option<string?> _config = new(ConfigurationFile.Option) { Description = $"Rules, severities and thresholds; {ConfigurationFile.DefaultName} of the current folder when it exists." };
    private readonly Option<string?> _language = new("--lang") { Description = "The language; from the environment unless given." };

    public Command Create()
    {
        var command = new Command("diff", "Compare runs: find where one that does not work parts from others that do. Exits with 0 when it does not, 1 when it does.")
        {
            _good, _against, _exact, _output, _quiet, _config, _language,
        };
        _log.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string[] outputs = parsed.GetValue(_output) ?? [];
        DifferenceWriter.Check(outputs);
        var options = _log.Read(parsed);
        var rules = RuleSetLoader.Load(parsed.GetValue(_config));
        var language = ReportArguments.Language(parsed.GetValue(_language));
        return new DifferenceWriter(terminal).Finish(Read(parsed.GetRequiredValue(_good)), Read(parsed.GetRequiredValue(_against)), outputs, language, parsed.GetValue(_quiet), parsed.GetValue(_exact));

        List<ComparedRun> Read(string[] paths)
        {
            if (paths.Any(string.IsNullOrEmpty))
            {
                throw new UsageException("a path is empty; expected a log or a folder.");
            }

            var runs = LogFault.Told(() => paths.SelectMany(path => LogOpener.Open(path, options)).SelectMany(source => ComparedRun.ReadAll(source, rules, cancellation)).ToList());
            return runs.Count > 0 ? runs : throw new UsageException($"no run was found in {string.Join(", ", paths)}.");
        }
    }
}
