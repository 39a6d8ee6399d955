using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Monitored;

// Programs that run under the monitor.
internal static class Programs
{
    public static void TooLate(IReadOnlyList<(Tensor x, Tensor y)> batches, nn.Module<Tensor, Tensor> model)
    {
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.MSELoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            var loss = criterion.call(model.call(x), y);
            loss.backward();
            optimizer.step();
            optimizer.zero_grad();
            monitor.Step(loss, y); //! TD9502
        }

        monitor.Complete();
    }

    public static void InTime(IReadOnlyList<(Tensor x, Tensor y)> batches, nn.Module<Tensor, Tensor> model)
    {
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.MSELoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });
        foreach (var (x, y) in batches)
        {
            optimizer.zero_grad();
            using var output = model.call(x);
            using var loss = criterion.call(output, y);
            loss.backward();
            optimizer.step();
            monitor.Step(loss, y);
        }

        monitor.Complete();
    }

    public static void Validated(IReadOnlyList<(Tensor x, Tensor y)> batches, (Tensor x, Tensor y) held)
    {
        using var model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int epoch = 0; epoch < 3; epoch++)
        {
            foreach (var (x, y) in batches)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, y);
            }

            using var valScope = NewDisposeScope();
            using (no_grad())
            {
                var valLoss = nn.functional.mse_loss(model.call(held.x), held.y); //! TD6006
                monitor.Validation(loss: valLoss.item<float>());
            }
        }
    }

    public static void ValidatedRightly(IReadOnlyList<(Tensor x, Tensor y)> batches, (Tensor x, Tensor y) held)
    {
        using var model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int epoch = 0; epoch < 3; epoch++)
        {
            model.train();
            foreach (var (x, y) in batches)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, y);
            }

            model.eval();
            using var valScope = NewDisposeScope();
            using (no_grad())
            {
                var valLoss = nn.functional.mse_loss(model.call(held.x), held.y);
                monitor.Validation(loss: valLoss.item<float>());
            }
        }
    }
}
