using System.CommandLine;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Normality;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor learn GOOD... --output normal.json</c>: what do my good runs usually do?</summary>
internal sealed class LearnCommand(Terminal terminal) : ICommandDefinition
{
    private readonly Argument<string[]> _good = new("good") { Description = "Logs of runs that went well: files or folders. Three or more tell how much seeds differ.", Arity = ArgumentArity.OneOrMore };
    private readonly LogArguments _log = new();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write, JSON; - for standard output. diagnose --normal takes it.", Required = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };

    public Command Create()
    {
        var command = new Command("learn", "Learn what good runs usually do, so that diagnose --normal reports a run that does not.") { _good, _output, _quiet };
        _log.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string output = parsed.GetRequiredValue(_output);
        if (output != ReportArguments.StandardOutput)
        {
            OutputPath.Check("--output", output);
        }

        string[] paths = parsed.GetRequiredValue(_good);
        if (paths.Any(string.IsNullOrEmpty))
        {
            throw new UsageException("a path is empty; expected a log or a folder.");
        }

        var options = _log.Read(parsed);
        var runs = LogFault.Told(() => paths.SelectMany(path => LogOpener.Open(path, options)).SelectMany(source => ComparedRun.ReadAll(source, RuleSet.Default, cancellation)).ToList());
        var profile = Learn(runs, paths);
        if (output == ReportArguments.StandardOutput)
        {
            terminal.Output.Write(profile.ToJson());
        }
        else
        {
            profile.Write(output);
        }

        if (!parsed.GetValue(_quiet))
        {
            Tell(runs, profile, output);
        }

        return ExitCode.Clean;
    }

    private static NormalProfile Learn(List<ComparedRun> runs, string[] paths)
    {
        if (runs.Count == 0)
        {
            throw new UsageException($"no run was found in {string.Join(", ", paths)}.");
        }

        try
        {
            return NormalProfile.Learn([.. runs.Select(run => run.Trace)]);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"the {runs.Count} runs have no series in common; expected good runs of one training, as 'diagnose --explain-reading' shows what is read.");
        }
    }

    private void Tell(List<ComparedRun> runs, NormalProfile profile, string output)
    {
        // What was learnt from an ill run makes its illness normal. Whether it is one, is the user's to say.
        foreach (var run in runs.Where(run => run.Report.Verdict is Verdict.Ill or Verdict.Warning))
        {
            terminal.WriteError($"note: '{UntrustedText.Line(run.Report.Run.Name)}' is not judged healthy ({run.Report.Primary!.Rule.Id} {run.Report.Primary.Rule.Name}): what it does will count as normal.");
        }

        if (output == ReportArguments.StandardOutput)
        {
            return;
        }

        string certainty = profile.RunCount switch
        {
            1 => "One run does not tell how much seeds differ: what two seeds usually differ by stands in.",
            2 => "Two runs hardly tell how much seeds differ: what two seeds usually differ by counts as much.",
            _ => "How much they differ is measured against each other.",
        };
        terminal.Output.WriteLine(FormattableString.Invariant($"Learnt {profile.SeriesCount} series of {profile.RunCount} {(profile.RunCount == 1 ? "run" : "runs")} of up to {profile.Steps} steps. {certainty}"));
        terminal.Output.WriteLine($"traindoctor diagnose LOG --normal {output}");
    }
}
