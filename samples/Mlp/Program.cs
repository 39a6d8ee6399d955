using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A small network learns handwritten digits while Training Doctor watches; with --preflight one batch is looked at, and nothing is trained.
string output = args is [.., "--output", var path] ? path : "report.json";
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);

using var model = nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 10)));
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.002);

if (args.Contains("--preflight"))
{
    using var inputs = tensor(training.Features).reshape(training.Count, 64)[..32];
    using var targets = tensor(training.Labels())[..32];

    // snippet: preflight
    DiagnosisReport first = Preflight.Run(model, criterion, optimizer, inputs, targets);
    first.WriteJson(output);
    // end-snippet
    Console.WriteLine($"Verdict: {first.Verdict}. {first.Primary?.Message}");
    return first.Verdict == Verdict.Healthy ? 0 : 1;
}

// snippet: attach
using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions
{
    Optimizer = optimizer,
    Loss = criterion,
    Task = TrainingTask.MulticlassClassification,
    RecordTo = "runs/digits.jsonl",
});

foreach (var (x, y) in Batches(training, epochs: 20))
{
    optimizer.zero_grad();
    using var answer = model.call(x);
    using var loss = criterion.call(answer, y);
    loss.backward();
    optimizer.step();
    monitor.Step(loss, y);
}

DiagnosisReport report = monitor.Complete();
report.WriteJson(output);
// end-snippet

Console.WriteLine($"{Accuracy(validation):P1} of {validation.Count} digits never seen before are read right.");
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict == Verdict.Healthy ? 0 : 1;

// Every epoch in an order of its own; the tensors of a batch live until the next.
static IEnumerable<(Tensor X, Tensor Y)> Batches(Dataset data, int epochs)
{
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        var shuffled = data.Shuffle(seed: epoch);
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(32))
        {
            var batch = shuffled.Take(rows);
            using var x = tensor(batch.Features).reshape(batch.Count, 64);
            using var y = tensor(batch.Labels());
            yield return (x, y);
        }
    }
}

double Accuracy(Dataset data)
{
    using var scope = NewDisposeScope();
    using var still = no_grad();
    model.eval();
    return model.call(tensor(data.Features).reshape(data.Count, 64)).argmax(1).eq(tensor(data.Labels())).mean([0], type: ScalarType.Float64).item<double>();
}
