using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using TrainingDoctor.Reports;
using static TorchSharp.torch;

// A training that gates a workflow: exit code 0 when it is healthy, 1 when it is not; a summary for the job's page; an annotation for each finding.
bool isIll = args.Contains("--ill");
string output = args.SkipWhile(argument => argument != "--output").ElementAtOrDefault(1) ?? "report.json";
manual_seed(1);
var (training, _) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
using var pixels = tensor(training.Features).reshape(training.Count, 64);
using var labels = tensor(training.Labels());

using var model = nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 10)));
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.SGD(model.parameters(), isIll ? 50 : 0.1);
using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

for (int epoch = 1; epoch <= 12; epoch++)
{
    foreach (var rows in randperm(training.Count).split(32))
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        var y = labels[rows];
        var loss = criterion.call(model.call(pixels[rows]), y);
        loss.backward();
        optimizer.step();
        monitor.Step(loss, y);
    }
}

// snippet: ci-gate
var report = monitor.Complete();
report.WriteJson(output);
report.WriteTo(new MarkdownReportExporter(), Path.ChangeExtension(output, ".md"));  // $GITHUB_STEP_SUMMARY
report.WriteTo(new AnnotationsReportExporter(), Console.Out);                       // ::error title=…
return report.Verdict == Verdict.Healthy ? 0 : 1;
// end-snippet
