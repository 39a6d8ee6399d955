#!/usr/bin/env -S dotnet run
#:package TrainingDoctor.Diagnostics@0.1.0
#:package TorchSharp@0.107.0
#:package libtorch-cpu-linux-x64@2.10.0
#:property PublishAot=false
using TorchSharp;
using TrainingDoctor;
using static TorchSharp.torch;

// A program of one file, without a project: `dotnet run train.cs` trains a small network on two spirals and says how it fared.
// torch itself depends on the machine: libtorch-cpu-win-x64, libtorch-cpu-osx-arm64, or TorchSharp-cuda-linux instead of the last two packages.
// Without PublishAot=false such a program is built as if it were compiled ahead of time, and could not write its report.
manual_seed(1);
using var points = Spirals(out var labels);
using var model = nn.Sequential(("fc1", nn.Linear(2, 32)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(32, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 2)));
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.01);
using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.BinaryClassification });

for (int step = 0; step < 300; step++)
{
    using var scope = NewDisposeScope();
    var rows = randint(points.shape[0], 64);
    var target = labels[rows];
    optimizer.zero_grad();
    var loss = criterion.call(model.call(points[rows]), target);
    loss.backward();
    optimizer.step();
    monitor.Step(loss, target);
}

var report = monitor.Complete();
report.WriteJson("report.json");
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict is Verdict.Ill ? 1 : 0;

// Two arms of 400 points each that wind around one another once.
static Tensor Spirals(out Tensor labels)
{
    var along = linspace(0.1, 1, 400);
    var angle = along * (2 * Math.PI);
    var arm = stack([along * angle.cos(), along * angle.sin()], 1);
    labels = cat([zeros(400, ScalarType.Int64), ones(400, ScalarType.Int64)]);
    return cat([arm, -arm]) * 2 + randn(800, 2) * 0.02;
}
