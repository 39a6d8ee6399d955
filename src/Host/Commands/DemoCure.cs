using Spectre.Console;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary>Trains a demo, tries its remedies on it, and shows before and after.</summary>
internal sealed class DemoCure(Terminal terminal, ReportWriter writer)
{
    /// <summary>Runs the trials and writes the reports.</summary>
    /// <param name="demo">The demo.</param>
    /// <param name="request">How reports were asked for.</param>
    /// <param name="cancellation">Interrupts.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(DigitsProgram demo, ReportRequest request, CancellationToken cancellation)
    {
        NativeTorch.Require("cure");
        using var interruption = new Interruption(cancellation);
        string[] files = DemoFolder.Files("cure", demo.Name);
        ReportArguments.CheckOutputs(request.Outputs.Count > 0 ? [] : files, format: null);
        TorchSharp.torch.set_num_threads(1);
        var progress = request.IsQuiet ? null : new LineProgress(terminal);
        var trial = await RemedyTrial.RunAsync(demo, new RemedyTrialOptions { Rules = request.Rules }, progress, interruption.Token).ConfigureAwait(false);
        int code = writer.Finish([trial.Before], request, files, judged: trial.After ?? trial.Before);
        if (!request.IsQuiet && !request.Outputs.Contains(ReportArguments.StandardOutput))
        {
            Show(trial);
        }

        return code;
    }

    private void Show(RemedyTrialReport trial)
    {
        var console = terminal.OutputConsole;
        if (trial.Candidates.Count == 0)
        {
            console.WriteLine("There is nothing to cure.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Tried", "Epochs", "Score");
        table.AddRow("(as it is)", string.Empty, Score(trial.ScoreBefore));
        foreach (var candidate in trial.Candidates)
        {
            table.AddRow(
                Markup.Escape(candidate.Title),
                FormattableString.Invariant($"{candidate.Epochs}"),
                candidate.Score is { } score ? Score(score) : Markup.Escape(string.Join(" ", candidate.Skipped)));
        }

        console.Write(table);
        console.WriteLine(trial.Winner is { } winner
            ? FormattableString.Invariant($"Cured: {winner.Title}. Score {Score(trial.ScoreBefore)} before, {Score(trial.ScoreAfter ?? 0)} after; {trial.TrainingsSpent:F1} trainings spent.")
            : FormattableString.Invariant($"No remedy was better; {trial.TrainingsSpent:F1} trainings spent."));
    }

    private static string Score(double score) => FormattableString.Invariant($"{score:P1}");

    /// <summary>Tells at once, on the calling thread; Progress&lt;T&gt; would tell in any order.</summary>
    private sealed class LineProgress(Terminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.ErrorConsole.WriteLine(value);
    }
}
