using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A generator learns to draw digits of 8 x 8 against a discriminator. With --ill the discriminator learns a hundred times as fast as the generator, and wins.
const int Noise = 16;
string output = args.SkipWhile(word => word != "--output").Skip(1).FirstOrDefault() ?? "report.json";
bool isIll = args.Contains("--ill");
manual_seed(1);
var data = RealData.Digits().Scale(1 / 16f);

using var generator = nn.Sequential(("fc1", nn.Linear(Noise, 128)), ("act1", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(128, 64)), ("out", nn.Sigmoid()));
using var discriminator = nn.Sequential(("fc1", nn.Linear(64, 64)), ("act1", nn.LeakyReLU(0.2)), ("out", nn.Linear(64, 1)));
using var criterion = nn.BCEWithLogitsLoss();
using var ofGenerator = optim.Adam(generator.parameters(), isIll ? 0.00002 : 0.001, beta1: 0.5);
using var ofDiscriminator = optim.Adam(discriminator.parameters(), isIll ? 0.002 : 0.0003, beta1: 0.5);

// snippet: adversaries
int step = 0;
using var monitor = TrainingMonitor.Attach(generator, new TrainingMonitorOptions { Optimizer = ofGenerator, Task = TrainingTask.Adversarial, OnFinding = finding => Console.WriteLine($"While it trains, at step {step}: {finding.Severity} {finding.Rule.Name}: {finding.Headline}") });
foreach (var real in Batches(data, epochs: 30))
{
    using var scope = NewDisposeScope();
    var ones = full([real.shape[0], 1], 0.9f);
    var zeros = torch.zeros(real.shape[0], 1);
    var drawn = generator.call(randn(real.shape[0], Noise));

    ofDiscriminator.zero_grad();
    var discriminatorLoss = criterion.call(discriminator.call(real), isIll ? torch.ones_like(ones) : ones) + criterion.call(discriminator.call(drawn.detach()), zeros);
    discriminatorLoss.backward();
    ofDiscriminator.step();

    ofGenerator.zero_grad();
    var generatorLoss = criterion.call(discriminator.call(drawn), torch.ones_like(ones));
    generatorLoss.backward();
    ofGenerator.step();

    monitor.Step(generatorLoss);
    step++;
    monitor.Report("d_loss", discriminatorLoss.item<float>());
    monitor.Report("g_loss", generatorLoss.item<float>());
    monitor.Report("sample_spread", drawn.detach().std(0).mean().item<float>());
}

DiagnosisReport report = monitor.Complete();
report.WriteJson(output);
// end-snippet

Console.WriteLine($"Steps: {step}.");
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict == Verdict.Healthy ? 0 : 1;

// Every epoch in an order of its own; the tensor of a batch lives until the next.
static IEnumerable<Tensor> Batches(Dataset data, int epochs)
{
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        var shuffled = data.Shuffle(seed: epoch);
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(64))
        {
            var batch = shuffled.Take(rows);
            using var x = tensor(batch.Features).reshape(batch.Count, 64);
            yield return x;
        }
    }
}
