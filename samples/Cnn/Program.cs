using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// A convolutional network learns handwritten digits, and is validated after every epoch: so overfitting would be seen too.
const int Epochs = 8;
string output = args is [.., "--output", var path] ? path : "report.json";
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
var (images, labels) = ToTensors(training);
var (unseenImages, unseenLabels) = ToTensors(validation);

using var model = nn.Sequential(
    ("conv1", nn.Conv2d(1, 16, 3, padding: 1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
    ("conv2", nn.Conv2d(16, 32, 3, padding: 1)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
    ("flatten", nn.Flatten()), ("out", nn.Linear(32 * 2 * 2, 10)));
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.002);

if (args.Contains("--preflight"))
{
    DiagnosisReport first = Preflight.Run(model, criterion, optimizer, images[..32], labels[..32]);
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
        var loss = criterion.call(model.call(images[rows]), y);
        loss.backward();
        optimizer.step();
        monitor.Step(loss, y);
    }

    // snippet: validation
    model.eval();
    using (no_grad())
    using (NewDisposeScope())
    {
        var answer = model.call(unseenImages);
        double loss = criterion.call(answer, unseenLabels).item<float>();
        double accuracy = answer.argmax(1).eq(unseenLabels).to_type(ScalarType.Float64).mean().item<double>();
        monitor.Validation(loss, accuracy, epoch: epoch);
        Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
    }

    model.train();
    // end-snippet
}

var report = monitor.Complete();
report.WriteJson(output);
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict == Verdict.Healthy ? 0 : 1;

static (Tensor Images, Tensor Labels) ToTensors(Dataset data) => (tensor(data.Features).reshape(data.Count, 1, 8, 8), tensor(data.Labels()));
