using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Transfer;

internal sealed class Backbone : Module<Tensor, Tensor>
{
    public Module<Tensor, Tensor> body;
    public Module<Tensor, Tensor> fc;

    public Backbone()
        : base("backbone")
    {
        body = Sequential(Linear(100, 50), BatchNorm1d(50), ReLU());
        fc = Linear(50, 1000);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => fc.call(body.call(input));
}

internal static class FineTuning
{
    public static void ReplacedField(IEnumerable<(Tensor, Tensor)> train)
    {
        var model = new Backbone();
        model.load("weights.dat");
        model.fc = Linear(50, 3); //! TD7004
        var optimizer = optim.SGD(model.parameters(), 0.01);
        foreach (var (x, y) in train)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(model.call(x), y).backward();
            optimizer.step();
        }
    }

    public static void OptimizerFirst()
    {
        var model = new Backbone();
        var optimizer = optim.SGD(model.parameters(), 0.01);
        model = new Backbone(); //! TD7004
        Loop(model, optimizer);
    }

    public static void MovedLater()
    {
        var model = new Backbone();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        if (cuda.is_available())
        {
            model.cuda(); //! TD7004
        }

        Loop(model, optimizer);
    }

    public static void DataMovedOnly()
    {
        var model = new Backbone().to(CPU);
        var optimizer = optim.Adam(model.parameters(), 0.01);
        var x = randn(3, 100).to(CPU);
        using var result = model.call(x);
        Loop(model, optimizer);
        model.to(CPU);
        model.save("out.dat");
    }

    private static void Loop(Backbone model, optim.Optimizer optimizer)
    {
        for (int step = 0; step < 100; step++)
        {
            using var scope = NewDisposeScope();
            var loss = functional.mse_loss(model.call(randn(8, 100)), zeros(8, 1000));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
