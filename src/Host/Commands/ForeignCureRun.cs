using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Reporting;

namespace TrainingDoctor.Host.Commands;

/// <summary>Cures a command of the user's own, and tells what came of it.</summary>
internal sealed class ForeignCureRun(Terminal terminal, ReportWriter writer, TrialPage page)
{
    /// <summary>Runs the trials and writes the reports.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="arguments">Reads it.</param>
    /// <param name="words">The command that trains.</param>
    /// <param name="report">How reports were asked for.</param>
    /// <param name="cancellation">Interrupts.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">Something is wrong with the command line or the command.</exception>
    public async Task<int> RunAsync(ParseResult parsed, CureArguments arguments, IReadOnlyList<string> words, ReportRequest report, CancellationToken cancellation)
    {
        var request = arguments.Read(parsed, words, report);
        var named = arguments.Knobs(parsed, request);
        string[] files = [Path.Combine(request.Folder, "report.json"), Path.Combine(request.Folder, "report.html")];
        ReportArguments.CheckOutputs(report.Outputs.Count > 0 ? [] : files, format: null);
        var (guesses, withoutAsking) = arguments.Guessing(parsed);
        var choice = new KnobChoice(named, request, terminal) { Guesses = guesses, WithoutAsking = withoutAsking, Say = line => Say(line, report) };
        using var interruption = new Interruption(cancellation);
        interruption.AtOnce(TrialProcess.KillAll);
        var cure = new ForeignCure(request, choice.Choose, line => Say(line, report));
        var (isServed, address) = arguments.Page(parsed);
        var server = isServed ? await page.ServeAsync(address, report, request.Reading, () => cure.Runs, interruption.Token).ConfigureAwait(false) : null;
        CureOutcome outcome;
        try
        {
            outcome = await cure.RunAsync(interruption.Token).ConfigureAwait(false);
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }

        interruption.Conclude();
        TrialsDocument.Write(outcome, request);
        int code = writer.Finish([outcome.Report], report, files, judged: outcome.After?.Report ?? outcome.Report);
        if (!report.IsQuiet && !report.Outputs.Contains(ReportArguments.StandardOutput))
        {
            new CureText(terminal.OutputConsole, request).Write(outcome);
        }

        return code;
    }

    private void Say(string line, ReportRequest report)
    {
        if (!report.IsQuiet)
        {
            // Trials run side by side.
            lock (terminal)
            {
                terminal.ErrorConsole.WriteLine(line);
            }
        }
    }
}
