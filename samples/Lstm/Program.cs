using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A recurrent network reads a handwritten digit line by line, from the top to the bottom, and tells at the end which it was.
const int Epochs = 14;
string output = args is [.., "--output", var path] ? path : "report.json";
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
var (digits, labels) = ToTensors(training);
var (unseenDigits, unseenLabels) = ToTensors(validation);

using var model = new LineReader();
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.008);

if (args.Contains("--preflight"))
{
    DiagnosisReport first = Preflight.Run(model, criterion, optimizer, digits[..32], labels[..32]);
    first.WriteJson(output);
    Console.WriteLine($"Verdict: {first.Verdict}. {first.Primary?.Message}");
    return first.Verdict == Verdict.Healthy ? 0 : 1;
}

using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

for (int epoch = 1; epoch <= Epochs; epoch++)
{
    foreach (var rows in randperm(training.Count).split(32))
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        var y = labels[rows];
        var loss = criterion.call(model.call(digits[rows]), y);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0); // gradients through time are long now and then
        optimizer.step();
        monitor.Step(loss, y);
    }

    model.eval();
    using (no_grad())
    using (NewDisposeScope())
    {
        var answer = model.call(unseenDigits);
        double loss = criterion.call(answer, unseenLabels).item<float>();
        double accuracy = answer.argmax(1).eq(unseenLabels).to_type(ScalarType.Float64).mean().item<double>();
        monitor.Validation(loss, accuracy, epoch: epoch);
        Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
    }

    model.train();
}

var report = monitor.Complete();
report.WriteJson(output);
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict == Verdict.Healthy ? 0 : 1;

static (Tensor Digits, Tensor Labels) ToTensors(Dataset data) => (tensor(data.Features).reshape(data.Count, 8, 8), tensor(data.Labels()));

/// <summary>Remembers the lines read so far, and answers from what it remembers after the last.</summary>
internal sealed class LineReader : nn.Module<Tensor, Tensor>
{
    private readonly LSTM _lstm = nn.LSTM(inputSize: 8, hiddenSize: 64, batchFirst: true);
    private readonly Linear _out = nn.Linear(64, 10);

    public LineReader()
        : base(nameof(LineReader)) => RegisterComponents();

    /// <summary>Input: (digits, lines, pixels of a line).</summary>
    public override Tensor forward(Tensor input)
    {
        var (states, _, _) = _lstm.call(input, null);
        return _out.call(states[.., -1]);
    }
}
