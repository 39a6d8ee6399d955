using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LookAlikes;

// Nothing here is ill, though much looks it.
internal sealed class Autoencoder : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> encoder = Sequential(Linear(784, 64), ReLU(), Linear(64, 8));
    private readonly Module<Tensor, Tensor> decoder = Sequential(Linear(8, 64), ReLU(), Linear(64, 784), Sigmoid());

    public Autoencoder()
        : base(nameof(Autoencoder)) => RegisterComponents();

    public override Tensor forward(Tensor input) => decoder.call(encoder.call(input));

    public static void Train(IEnumerable<Tensor> batches)
    {
        using var model = new Autoencoder();
        using var optimizer = optim.Adam(model.parameters());
        using var criterion = BCELoss();
        foreach (var x in batches)
        {
            using var scope = NewDisposeScope();
            var loss = criterion.call(model.call(x), x);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}

internal sealed class Switchable : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(4, 3);

    public Switchable()
        : base(nameof(Switchable)) => RegisterComponents();

    // Probabilities in use, logits in training.
    public override Tensor forward(Tensor input)
    {
        var logits = fc.call(input);
        return training ? logits : functional.softmax(logits, 1);
    }
}

internal static class Scores
{
    public static void Multilabel(IEnumerable<(Tensor x, Tensor y)> batches)
    {
        using var model = Sequential(Linear(20, 64), ReLU(), Linear(64, 5));
        using var optimizer = optim.Adam(model.parameters());
        using var criterion = BCEWithLogitsLoss();
        double hits = 0;
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var logits = model.call(x);
            var loss = criterion.call(logits, y);
            loss.backward();
            optimizer.step();
            var probabilities = logits.sigmoid();
            hits += probabilities.gt(0.5).eq(y).to_type(ScalarType.Float32).mean().item<float>();
        }
    }

    public static void SwitchableModel(IEnumerable<(Tensor x, Tensor y)> batches)
    {
        using var model = new Switchable();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = CrossEntropyLoss();
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            criterion.call(model.call(x), y).backward();
            optimizer.step();
        }
    }

    // A discriminator with its own sigmoid, and a loss that wants probabilities.
    public static void Gan(IEnumerable<Tensor> batches)
    {
        var d = Sequential(Linear(10, 10), LeakyReLU(0.2), Linear(10, 1), Sigmoid());
        var g = Sequential(Linear(4, 10), ReLU(), Linear(10, 10));
        var opt_d = optim.Adam(d.parameters(), 2e-4);
        var opt_g = optim.Adam(g.parameters(), 2e-4);
        var bce = BCELoss();
        foreach (var real in batches)
        {
            using var scope = NewDisposeScope();
            d.zero_grad();
            var p = d.call(real);
            bce.call(p, ones_like(p)).backward();
            var fake = g.call(randn(real.shape[0], 4));
            var q = d.call(fake.detach());
            bce.call(q, zeros_like(q)).backward();
            opt_d.step();
            g.zero_grad();
            var r = d.call(fake);
            bce.call(r, ones_like(r)).backward();
            opt_g.step();
        }
    }

    // Several losses of one step are added up before one backward.
    public static void Multitask(IEnumerable<(Tensor x, Tensor[] ys)> batches, Module<Tensor, Tensor> trunk, IReadOnlyList<Module<Tensor, Tensor>> heads)
    {
        using var optimizer = optim.Adam(trunk.parameters());
        foreach (var (x, ys) in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var features = trunk.call(x);
            var losses = new List<Tensor>();
            for (int i = 0; i < heads.Count; i++)
            {
                losses.Add(functional.mse_loss(heads[i].call(features), ys[i]));
            }

            stack(losses).sum().backward();
            optimizer.step();
        }
    }

    // One update, as a unit test or a notebook has it: no loop, no zero_grad needed.
    public static float Once(Tensor x, Tensor y)
    {
        using var model = Linear(2, 1);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var loss = functional.mse_loss(model.call(x), y);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    // A fresh model in each round.
    public static void Restarts(Tensor x, Tensor y)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            manual_seed(seed);
            using var scope = NewDisposeScope();
            using var model = Linear(2, 1);
            using var optimizer = optim.SGD(model.parameters(), 0.1);
            functional.mse_loss(model.call(x), y).backward();
            optimizer.step();
        }
    }

    // Learning-rate finder: the rate is set by hand with every batch.
    public static void Finder(IEnumerable<(Tensor x, Tensor y)> batches, Module<Tensor, Tensor> model)
    {
        using var optimizer = optim.SGD(model.parameters(), 1e-6);
        var losses = new List<double>();
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate *= 1.1;
            }

            optimizer.zero_grad();
            var loss = functional.mse_loss(model.call(x), y);
            loss.backward();
            optimizer.step();
            losses.Add(loss.ToDouble());
        }
    }

    // A teacher in evaluation mode for good; the student trains.
    public static void Distil(IEnumerable<Tensor> batches, Module<Tensor, Tensor> teacher, Module<Tensor, Tensor> student, int epochs)
    {
        using var optimizer = optim.Adam(student.parameters());
        student.train();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            teacher.eval();
            foreach (var x in batches)
            {
                using var scope = NewDisposeScope();
                Tensor soft;
                using (no_grad())
                {
                    soft = teacher.call(x).softmax(1);
                }

                optimizer.zero_grad();
                functional.kl_div(student.call(x).log_softmax(1), soft).backward();
                optimizer.step();
            }
        }
    }

    public static Tensor Generate(Module<Tensor, Tensor> model, Tensor tokens)
    {
        using var guard = no_grad();
        model.eval();
        for (int i = 0; i < 20; i++)
        {
            using var scope = NewDisposeScope();
            var next = model.call(tokens)[TensorIndex.Ellipsis, -1, TensorIndex.Colon].softmax(-1).multinomial(1);
            tokens = cat(new[] { tokens, next }, 1).MoveToOuterDisposeScope();
        }

        return tokens;
    }
}

internal sealed class Wrapper : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> inner;
    private readonly Dictionary<string, double> history = new();
    private readonly Func<Tensor, Tensor> activation = x => functional.relu(x);

    public Wrapper(Module<Tensor, Tensor> inner)
        : base(nameof(Wrapper))
    {
        this.inner = inner;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var h = input.clone();
        h.clamp_(-1, 1);
        history["last"] = 0;
        return activation(inner.call(h));
    }
}
