using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

/// <summary>A training whose learning rate is far too high, treated while it runs.</summary>
internal static class LiveTraining
{
    public static int Run(string output)
    {
        manual_seed(1);
        var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
        using var pixels = tensor(training.Features).reshape(training.Count, 64);
        using var labels = tensor(training.Labels());
        using var model = nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 10)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 50);

        // snippet: live-cure
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });
        LiveCure cure = monitor.Cure(); // without this line the monitor changes nothing
        // end-snippet

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

        monitor.Complete().WriteJson(output);
        foreach (var intervention in cure.Interventions)
        {
            Console.WriteLine($"Step {intervention.Step}: {intervention.Message}");
        }

        using var scope = NewDisposeScope();
        using var still = no_grad();
        var right = model.call(tensor(validation.Features).reshape(validation.Count, 64)).argmax(1).eq(tensor(validation.Labels()));
        double accuracy = right.to_type(ScalarType.Float64).mean().item<double>();
        Console.WriteLine($"Accuracy {accuracy:P1}");
        return accuracy > 0.8 ? 0 : 1;
    }
}
