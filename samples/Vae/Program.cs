using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A variational autoencoder learns a code of four numbers for digits of 8 x 8. With --ill the divergence weighs a hundred times, and the code comes to carry nothing.
string output = args.SkipWhile(word => word != "--output").Skip(1).FirstOrDefault() ?? "report.json";
double weight = args.Contains("--ill") ? 100 : 1;
manual_seed(1);
var data = RealData.Digits().Scale(1 / 16f);

using var model = new Autoencoder();
using var optimizer = optim.Adam(model.parameters(), 0.002);

// snippet: latents
int step = 0;
using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Task = TrainingTask.Variational, OnFinding = finding => Console.WriteLine($"While it trains, at step {step}: {finding.Severity} {finding.Rule.Name}: {finding.Headline}") });
foreach (var x in Batches(data, epochs: 20))
{
    using var scope = NewDisposeScope();
    var (picture, mean, logVariance) = model.call(x);
    var reconstruction = nn.functional.binary_cross_entropy(picture, x, reduction: nn.Reduction.Sum) / x.shape[0];
    var divergence = -0.5 * (1 + logVariance - mean.square() - logVariance.exp()).sum() / x.shape[0];
    var loss = reconstruction + (weight * divergence);

    optimizer.zero_grad();
    loss.backward();
    optimizer.step();

    monitor.Step(loss);
    step++;
    monitor.Report("recon_loss", reconstruction.item<float>());
    monitor.Report("kl_loss", divergence.item<float>());
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
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(32))
        {
            var batch = shuffled.Take(rows);
            using var x = tensor(batch.Features).reshape(batch.Count, 64);
            yield return x;
        }
    }
}

/// <summary>An encoder with two heads, a code drawn from them, and a decoder.</summary>
internal sealed class Autoencoder : nn.Module<Tensor, (Tensor Picture, Tensor Mean, Tensor LogVariance)>
{
    private const int Code = 4;

    private readonly nn.Module<Tensor, Tensor> encoder = nn.Sequential(("fc", nn.Linear(64, 64)), ("act", nn.ReLU()));
    private readonly nn.Module<Tensor, Tensor> mean = nn.Linear(64, Code);
    private readonly nn.Module<Tensor, Tensor> logVariance = nn.Linear(64, Code);
    private readonly nn.Module<Tensor, Tensor> decoder = nn.Sequential(("fc1", nn.Linear(Code, 64)), ("act", nn.ReLU()), ("fc2", nn.Linear(64, 64)), ("out", nn.Sigmoid()));

    public Autoencoder()
        : base(nameof(Autoencoder)) => RegisterComponents();

    public override (Tensor Picture, Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        using var features = encoder.call(x);
        var mean = this.mean.call(features);
        var logVariance = this.logVariance.call(features);
        using var code = mean + (randn_like(mean) * (0.5 * logVariance).exp());
        return (decoder.call(code), mean, logVariance);
    }
}
