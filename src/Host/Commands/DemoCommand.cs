using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor demo [NAME]</c>: trains a small real network with a known illness and diagnoses it.</summary>
internal sealed class DemoCommand(Terminal terminal, ReportWriter writer) : ICommandDefinition
{
    private const int Seed = 1;

    public Command Create()
    {
        var name = new Argument<string>("name") { Description = $"One of {string.Join(", ", DemoCatalog.Names)}.", DefaultValueFactory = _ => DemoCatalog.Default };
        var replay = new Option<bool>("--replay") { Description = "Replay the recorded training, as is done where libtorch is missing." };
        var command = new Command("demo", "Train a small real network with a known illness, diagnose it, and write report.json and report.html into traindoctor-demo/NAME.") { name, replay };
        var arguments = new ReportArguments(command, defaultFailOn: "never");
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name), parsed.GetValue(replay) || !NativeTorch.IsPresent, arguments.Read(parsed)));
        return command;
    }

    private int Run(string name, bool isReplayed, ReportRequest request)
    {
        DemoCatalog.Check(name);
        string[] files = DemoFolder.Files("demo", name);
        ReportArguments.CheckOutputs(request.Outputs.Count > 0 ? [] : files, format: null);
        return writer.Finish([isReplayed ? Replay(name, request) : Train(name, request)], request, files);
    }

    private DiagnosisReport Replay(string name, ReportRequest request)
    {
        if (!request.IsQuiet)
        {
            terminal.Error.WriteLine($"demo {name}: a recorded training is replayed{(NativeTorch.IsPresent ? string.Empty : "; a clone of the repository has libtorch and trains the network")}");
        }

        return DemoRecording.Replay(name, request.Rules);
    }

    private DiagnosisReport Train(string name, ReportRequest request)
    {
        var demo = DemoCatalog.Find(name);
        if (!request.IsQuiet)
        {
            terminal.ErrorConsole.WriteLine($"demo {demo.Name}: {demo.Symptom}");
        }

        return Train(demo, request);
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
