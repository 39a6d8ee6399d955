using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Accumulation;

// Loops that look alike and are sound, beside those that are not.
internal static class Loops
{
    public static void Accumulated(IEnumerable<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        int i = 0;
        foreach (var (x, y) in loader)
        {
            using var d = NewDisposeScope();
            (functional.mse_loss(model.call(x), y) / 4).backward();
            if (++i % 4 == 0)
            {
                optimizer.step();
                optimizer.zero_grad();
            }
        }
    }

    public static void ClearedOncePerEpoch(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            optimizer.zero_grad();
            foreach (var (x, y) in loader) //! TD2005
            {
                using var d = NewDisposeScope();
                functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
        }
    }

    public static void ClearedByModel(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        foreach (var (x, y) in loader)
        {
            using var d = NewDisposeScope();
            model.zero_grad();
            functional.mse_loss(model.call(x), y).backward();
            optimizer.step();
        }
    }

    public static void ClearedBetween(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        foreach (var (x, y) in loader)
        {
            using var d = NewDisposeScope();
            functional.mse_loss(model.call(x), y).backward();
            optimizer.zero_grad(); //! TD9501
            optimizer.step();
        }
    }

    public static void StepsOfAnEpoch(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        while (true)
        {
            double sum = 0;
            foreach (var (x, y) in loader)
            {
                sum += Update(model, optimizer, x, y);
            }

            if (sum < 0.1)
            {
                break;
            }
        }
    }

    private static float Update(Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor x, Tensor y)
    {
        using var d = NewDisposeScope();
        optimizer.zero_grad();
        using var loss = functional.mse_loss(model.call(x), y);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    public static void NoGradients(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        model.eval();
        var outputs = new List<Tensor>();
        using (no_grad())
        {
            foreach (var (x, _) in loader)
            {
                using var d = NewDisposeScope();
                outputs.Add(model.call(x).MoveToOuterDisposeScope());
            }
        }

        Console.WriteLine(cat(outputs).shape.Length);
    }

    public static void ThroughTime(IReadOnlyList<(Tensor xs, Tensor y)> loader, Module<Tensor, Tensor> cell, Module<Tensor, Tensor> head)
    {
        var optimizer = optim.Adam(cell.parameters().Concat(head.parameters()));
        foreach (var (xs, y) in loader)
        {
            using var d = NewDisposeScope();
            optimizer.zero_grad();
            Tensor total = zeros(1);
            for (int t = 0; t < xs.shape[0]; t++)
            {
                total += functional.mse_loss(head.call(cell.call(xs[t])), y[t]);
            }

            total.backward();
            optimizer.step();
        }
    }

    public static void KeptOutputs(IReadOnlyList<(Tensor x, Tensor y)> loader, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var outputs = new List<Tensor>();
        Tensor? total = null;
        foreach (var (x, y) in loader) //! TD9506
        {
            optimizer.zero_grad();
            var output = model.call(x);
            var loss = functional.mse_loss(output, y);
            loss.backward();
            optimizer.step();
            outputs.Add(output); //! TD9505
            outputs.Add(output.detach());
            total = total is null ? loss.detach() : total + loss.detach();
        }
    }

    public static void WithClosure(Tensor x, Tensor y, Module<Tensor, Tensor> model)
    {
        var optimizer = optim.LBFGS(model.parameters(), 0.1);
        for (int i = 0; i < 20; i++)
        {
            using var d = NewDisposeScope();
            optimizer.step(() =>
            {
                optimizer.zero_grad();
                var loss = functional.mse_loss(model.call(x), y);
                loss.backward();
                return loss;
            });
        }
    }
}

internal sealed class Learner
{
    private readonly Module<Tensor, Tensor> _model;
    private readonly optim.Optimizer _optimizer;
    private readonly List<Tensor> _losses = new();

    public Learner(Module<Tensor, Tensor> model)
    {
        _model = model;
        _optimizer = optim.Adam(model.parameters());
    }

    public void Fit(IEnumerable<(Tensor x, Tensor y)> data, IEnumerable<(Tensor x, Tensor y)> validation, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (x, y) in data)
            {
                TrainStep(x, y);
            }

            Evaluate(validation); //! TD6006
        }
    }

    private void TrainStep(Tensor x, Tensor y)
    {
        using var d = NewDisposeScope();
        var loss = functional.mse_loss(_model.call(x), y);
        loss.backward();
        _optimizer.step(); //! TD2005
        _losses.Add(loss.MoveToOuterDisposeScope()); //! TD9505
    }

    private double Evaluate(IEnumerable<(Tensor x, Tensor y)> validation)
    {
        _model.eval();
        double sum = 0;
        foreach (var (x, y) in validation)
        {
            using var d = NewDisposeScope();
            sum += functional.mse_loss(_model.call(x), y).item<float>(); //! TD9503
        }

        return sum;
    }
}
