using System.Globalization;
using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

string output = args.SkipWhile(argument => argument != "--output").ElementAtOrDefault(1) ?? "report.json";
if (args.Contains("live"))
{
    return LiveTraining.Run(output);
}

// A program of your own that does not train: its remedies are tried on it, and the best is shown before you change a line.
// snippet: trial
var trial = await RemedyTrial.RunAsync(new MyProgram(), progress: new ConsoleProgress());
// end-snippet

Console.WriteLine();
foreach (var finding in trial.Before.Findings.Where(finding => finding.Severity >= Severity.Warning))
{
    Console.WriteLine($"{finding.Rule.Id} {finding.Title}");
}

Console.WriteLine();
Console.WriteLine(trial.Winner is { } winner
    ? string.Create(CultureInfo.InvariantCulture, $"Cured by: {winner.Title}\nAccuracy {trial.ScoreBefore:P1} before, {trial.ScoreAfter:P1} after, for {trial.TrainingsSpent:F1} trainings.")
    : "No remedy was better.");
trial.Before.WriteJson(output); // each remedy that was tried carries its trial
return trial.IsCured ? 0 : 1;

/// <summary>Handwritten digits, as they come (0 to 16), into sigmoids at a learning rate that is far too small.</summary>
internal sealed class MyProgram : TrainingProgram
{
    public override string Name => "my-digits";

    public override TrainingTask Task => TrainingTask.MulticlassClassification;

    public override int Epochs => 10;

    public override TrainingData CreateData(int seed)
    {
        var (training, validation) = RealData.Digits().Split(seed);
        return new TrainingData(ToBatch(training), ToBatch(validation));
    }

    public override nn.Module CreateModel() => nn.Sequential(
        ("fc1", nn.Linear(64, 32)), ("sigmoid1", nn.Sigmoid()), ("fc2", nn.Linear(32, 32)), ("sigmoid2", nn.Sigmoid()), ("out", nn.Linear(32, 10)));

    public override nn.Module<Tensor, Tensor, Tensor>? CreateLoss() => nn.CrossEntropyLoss();

    protected override optim.Optimizer CreateOptimizer(nn.Module model) => optim.SGD(model.parameters(), 0.001);

    private static TrainingBatch ToBatch(Dataset rows) => new(tensor(rows.Features).reshape(rows.Count, 64), tensor(rows.Labels()));
}

/// <summary>Tells at once what is being tried.</summary>
internal sealed class ConsoleProgress : IProgress<string>
{
    public void Report(string value) => Console.WriteLine(value);
}
