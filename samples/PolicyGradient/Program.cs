using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A policy learns to name handwritten digits from rewards alone: it draws an answer, and is told only whether it was right. With --ill its steps are far too large.
string output = args.SkipWhile(word => word != "--output").Skip(1).FirstOrDefault() ?? "report.json";
bool isIll = args.Contains("--ill");
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);

using var policy = nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("out", nn.Linear(64, 10)));
using var optimizer = optim.Adam(policy.parameters(), isIll ? 0.5 : 0.003);

// snippet: reward
int step = 0;
using var monitor = TrainingMonitor.Attach(policy, new TrainingMonitorOptions { Optimizer = optimizer, Task = TrainingTask.Reinforcement, OnFinding = finding => Console.WriteLine($"While it trains, at step {step}: {finding.Severity} {finding.Rule.Name}: {finding.Headline}") });
foreach (var (x, y) in Batches(training, epochs: 14))
{
    using var scope = NewDisposeScope();
    using var logProbabilities = nn.functional.log_softmax(policy.call(x), 1);
    var answers = logProbabilities.detach().exp().multinomial(1);
    var rewards = answers.squeeze(1).eq(y).to_type(ScalarType.Float32);
    var advantages = rewards - rewards.mean();
    var loss = -(logProbabilities.gather(1, answers).squeeze(1) * advantages).mean();

    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    monitor.Step(loss);
    step++;
    monitor.Report("reward", rewards.mean().item<float>());
    monitor.Report("entropy", -(logProbabilities.detach().exp() * logProbabilities.detach()).sum(1).mean().item<float>());
}

DiagnosisReport report = monitor.Complete();
report.WriteJson(output);
// end-snippet

Console.WriteLine($"{Accuracy(validation):P1} of {validation.Count} digits never seen before are named right.");
Console.WriteLine($"Steps: {step}.");
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
    return policy.call(tensor(data.Features).reshape(data.Count, 64)).argmax(1).eq(tensor(data.Labels())).mean([0], type: ScalarType.Float64).item<double>();
}
