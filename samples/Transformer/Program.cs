using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A transformer takes the eight lines of a handwritten digit as tokens, and tells which digit it is.
const int Epochs = 12;
string output = args is [.., "--output", var path] ? path : "report.json";
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
var (digits, labels) = ToTensors(training);
var (unseenDigits, unseenLabels) = ToTensors(validation);

using var model = new DigitTransformer();
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.003);

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

/// <summary>Lets every line of a digit look at all others, twice, and answers from their mean.</summary>
internal sealed class DigitTransformer : nn.Module<Tensor, Tensor>
{
    private const int Width = 32;
    private readonly Linear _embed = nn.Linear(8, Width);
    private readonly Parameter _position = nn.Parameter(randn(8, 1, Width) * 0.02);
    private readonly TransformerEncoderLayer _first = nn.TransformerEncoderLayer(Width, nhead: 4, dim_feedforward: 64, dropout: 0.1);
    private readonly TransformerEncoderLayer _second = nn.TransformerEncoderLayer(Width, nhead: 4, dim_feedforward: 64, dropout: 0.1);
    private readonly Linear _out = nn.Linear(Width, 10);

    public DigitTransformer()
        : base(nameof(DigitTransformer)) => RegisterComponents();

    /// <summary>Input: (digits, lines, pixels of a line); the encoder wants the lines first.</summary>
    public override Tensor forward(Tensor input)
    {
        var lines = _embed.call(input.transpose(0, 1)) + _position;
        var seen = _second.call(_first.call(lines, null, null), null, null);
        return _out.call(seen.mean([0L]));
    }
}
