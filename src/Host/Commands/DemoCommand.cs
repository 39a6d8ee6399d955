using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Host.Demo;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor demo [NAME]</c>: trains a small real network with a known illness and diagnoses it.</summary>
internal sealed class DemoCommand(Terminal terminal, ReportWriter writer) : ICommandDefinition
{
    private const int Seed = 1;

    public Command Create()
    {
        var name = new Argument<string>("name") { Description = $"One of {string.Join(", ", DemoCatalog.Names)}.", DefaultValueFactory = _ => DemoCatalog.Default };
        var command = new Command("demo", "Train a small real network with a known illness, diagnose it, and write report.json and report.html into traindoctor-demo/NAME.") { name };
        var arguments = new ReportArguments(command, defaultFailOn: "never");
        command.SetAction(parsed => Run(DemoCatalog.Find(parsed.GetRequiredValue(name)), arguments.Read(parsed)));
        return command;
    }

    private int Run(DigitsProgram demo, ReportRequest request)
    {
        NativeTorch.Require("demo");
        string[] files = DemoFolder.Files("demo", demo.Name);
        ReportWriter.Check(request.Outputs.Count > 0 ? [] : files, format: null);
        if (!request.IsQuiet)
        {
            terminal.ErrorConsole.WriteLine($"demo {demo.Name}: {demo.Symptom}");
        }

        var report = Train(demo, request);
        return writer.Finish([report], request, files);
    }

    private DiagnosisReport Train(DigitsProgram demo, ReportRequest request)
    {
        if (request.IsQuiet || !terminal.IsInteractive)
        {
            return Train(demo, request, request.IsQuiet ? null : new EpochProgress(terminal.ErrorConsole, null));
        }

        return terminal.ErrorConsole.Progress().AutoClear(true).Start(progress =>
            Train(demo, request, new EpochProgress(terminal.ErrorConsole, progress.AddTask("training", maxValue: demo.Epochs))));
    }

    private static DiagnosisReport Train(DigitsProgram demo, ReportRequest request, ITrainingObserver? progress)
    {
        // The layers are so small that handing them out to several threads costs more than it gains, above all on a busy machine.
        TorchSharp.torch.set_num_threads(1);
        using var monitoring = new MonitoringObserver(options => options.Rules = request.Rules, progress);
        TrainingLoop.Run(demo, Seed, monitoring);
        return monitoring.Report!;
    }
}
