using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// Methods of one pass whose caller opens the scope, around each call or around all of them.
public static class ScopesOfCallers
{
    public static void Main()
    {
        using var model = Linear(4, 3);
        using var criterion = CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using (var all = NewDisposeScope())
        {
            foreach (int epoch in Enumerable.Range(1, 5))
            {
                TrainUntilTheEnd(Batches(), model, criterion, optimizer);
            }
        }

        foreach (int epoch in Enumerable.Range(1, 5))
        {
            using var scope = NewDisposeScope();
            TrainOneEpoch(Batches(), model, criterion, optimizer);
        }

        using (var last = NewDisposeScope())
        {
            Console.WriteLine(Score(Batches(), model, criterion));
        }
    }

    // The scope of the caller lasts for the whole training.
    private static void TrainUntilTheEnd(IEnumerable<(Tensor x, Tensor y)> batches, Module<Tensor, Tensor> model, Module<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer)
    {
        foreach (var (x, y) in batches) //! TD9506
        {
            optimizer.zero_grad();
            var loss = criterion.call(model.call(x), y);
            loss.backward();
            optimizer.step();
        }
    }

    private static void TrainOneEpoch(IEnumerable<(Tensor x, Tensor y)> batches, Module<Tensor, Tensor> model, Module<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer)
    {
        foreach (var (x, y) in batches)
        {
            optimizer.zero_grad();
            var loss = criterion.call(model.call(x), y);
            loss.backward();
            optimizer.step();
        }
    }

    private static double Score(IEnumerable<(Tensor x, Tensor y)> batches, Module<Tensor, Tensor> model, Module<Tensor, Tensor, Tensor> criterion)
    {
        using var guard = no_grad();
        double sum = 0;
        foreach (var (x, y) in batches)
        {
            var loss = criterion.call(model.call(x), y);
            sum += loss.item<float>();
        }

        return sum;
    }

    private static IEnumerable<(Tensor x, Tensor y)> Batches() => [(rand(8, 4), randint(3, 8))];
}
