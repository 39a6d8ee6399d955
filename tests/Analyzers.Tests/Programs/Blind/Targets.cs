using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Targets;

internal static class LossTargets
{
    public static void Run(Tensor x, Tensor classes)
    {
        using var net = Sequential(Linear(4, 8), Tanh(), Linear(8, 3));
        using var criterion = CrossEntropyLoss();
        var logits = net.call(x);

        var oneHot = functional.one_hot(classes, 3);
        criterion.call(logits, oneHot).backward(); //! TD1006
        criterion.call(logits, oneHot.to_type(ScalarType.Float32)).backward();
        criterion.call(logits, classes).backward();
        criterion.call(logits, tensor(new int[] { 0, 1, 2 })).backward(); //! TD1006
        criterion.call(logits, tensor(new long[] { 0, 1, 2 })).backward();
        criterion.call(logits, tensor(new[] { 0, 1, 2 }, dtype: ScalarType.Int64)).backward();
        functional.cross_entropy(logits, classes.to(ScalarType.Int32)).backward(); //! TD1006
        functional.cross_entropy(logits, classes.@long()).backward();

        using var binary = BCEWithLogitsLoss();
        binary.call(net.call(x), randint(0, 2, new long[] { 4, 3 })).backward(); //! TD1006
        binary.call(net.call(x), randint(0, 2, new long[] { 4, 3 }).to(float32)).backward();
    }

    public static void Probabilities(Tensor x, Tensor y)
    {
        var net = Sequential(Linear(4, 8), ReLU(), Linear(8, 1));
        var loss = BCELoss();
        loss.call(net.call(x), y).backward(); //! TD7001
        loss.call(sigmoid(net.call(x)), y).backward();
        loss.call(net.call(x).sigmoid().squeeze(1), y).backward();
        functional.binary_cross_entropy_with_logits(sigmoid(net.call(x)), y).backward(); //! TD7001
        functional.binary_cross_entropy_with_logits(net.call(x).squeeze(-1), y).backward();
        var p = functional.softmax(net.call(x), 1);
        functional.cross_entropy(p, y).backward(); //! TD7001
        functional.nll_loss(functional.log_softmax(net.call(x), 1), y).backward();
        functional.nll_loss(net.call(x).softmax(1), y).backward(); //! TD7001
        functional.nll_loss(net.call(x).softmax(1).log(), y).backward();
        Console.WriteLine(p.argmax(1));
    }
}

internal sealed class Trainer
{
    private readonly Sequential _net;
    private readonly Module<Tensor, Tensor, Tensor> _criterion;
    private readonly optim.Optimizer _optimizer;

    public Trainer()
    {
        _net = Sequential(
            Linear(10, 32),
            ReLU(),
            Linear(32, 4),
            Softmax(1));
        _criterion = CrossEntropyLoss(reduction: Reduction.Mean);
        _optimizer = optim.Adam(_net.parameters());
    }

    public float Step(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = _criterion.call(_net.call(x), y); //! TD7001
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    public Tensor Predict(Tensor x)
    {
        using var guard = no_grad();
        return _net.call(x);
    }
}

internal sealed class Norms : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> norm = GroupNorm(4, 16); //! TD5008
    private readonly GroupNorm plain = GroupNorm(4, 16, affine: false);
    private readonly GroupNorm mended = GroupNorm(4, 16);

    public Norms()
        : base(nameof(Norms))
    {
        init.ones_(mended.weight);
        init.zeros_(mended.bias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => mended.call(plain.call(norm.call(input)));
}
