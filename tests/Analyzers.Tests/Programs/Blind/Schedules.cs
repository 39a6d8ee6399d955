using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Schedules;

internal static class Cadence
{
    public static void CosineEveryBatch(IReadOnlyList<(Tensor x, Tensor y)> loader, nn.Module<Tensor, Tensor> model, int numEpochs)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = CosineAnnealingLR(optimizer, numEpochs);
        for (int e = 0; e < numEpochs; e++)
        {
            foreach (var (x, y) in loader)
            {
                using var d = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.l1_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
                scheduler.step(); //! TD9504
            }
        }
    }

    public static void CosineOverSteps(IReadOnlyList<(Tensor x, Tensor y)> loader, nn.Module<Tensor, Tensor> model, int numEpochs)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = CosineAnnealingLR(optimizer, numEpochs * loader.Count);
        for (int e = 0; e < numEpochs; e++)
        {
            foreach (var (x, y) in loader)
            {
                using var d = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.l1_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
                scheduler.step();
            }
        }
    }

    public static void OneCycleEveryEpoch(IReadOnlyList<(Tensor x, Tensor y)> loader, nn.Module<Tensor, Tensor> model, int numEpochs)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = OneCycleLR(optimizer, 0.1, total_steps: numEpochs * loader.Count);
        for (int e = 0; e < numEpochs; e++)
        {
            foreach (var (x, y) in loader)
            {
                using var d = NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.l1_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
            }

            scheduler.step(); //! TD9504
        }
    }

    public static void BeforeOptimizer(IReadOnlyList<(Tensor x, Tensor y)> loader, nn.Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = ExponentialLR(optimizer, 0.9);
        for (int e = 0; e < 10; e++)
        {
            scheduler.step(); //! TD9504
            foreach (var (x, y) in loader)
            {
                using var d = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.l1_loss(model.call(x), y).backward();
                optimizer.step();
            }
        }
    }

    public static void ExponentialEveryEpoch(IReadOnlyList<(Tensor x, Tensor y)> loader, nn.Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = ExponentialLR(optimizer, 0.9);
        for (int e = 0; e < 10; e++)
        {
            foreach (var (x, y) in loader)
            {
                using var d = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.l1_loss(model.call(x), y).backward();
                optimizer.step();
            }

            scheduler.step();
        }
    }

    public static void FullBatch(Tensor x, Tensor y, nn.Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var scheduler = StepLR(optimizer, 100, 0.5);
        for (int epoch = 0; epoch < 1000; epoch++)
        {
            using var d = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.l1_loss(model.call(x), y).backward();
            optimizer.step();
            scheduler.step();
        }
    }
}
