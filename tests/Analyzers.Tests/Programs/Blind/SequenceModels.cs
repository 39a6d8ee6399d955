using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sequences;

internal static class Shapes
{
    public static void Run(long batchSize, long seqLen)
    {
        var first = LSTM(8, 16);
        var x = randn(batchSize, seqLen, 8);
        var (o, _, _) = first.call(x); //! TD7011

        var second = LSTM(8, 16, batchFirst: true);
        var (p, _, _) = second.call(x);
        var last = p[-1]; //! TD7011
        var right = p[TensorIndex.Colon, -1];

        var third = GRU(10, 32, batchFirst: true);
        var (q, _) = third.call(randn(4, 10, 7)); //! TD7011
        var (r, _) = third.call(randn(4, 7, 10));

        var fourth = GRU(10, 32);
        var (s, _) = fourth.call(randn(seqLen, batchSize, 10));
        var end = s[-1];
        var (t, _) = fourth.call(randn(batchSize, seqLen, 10).transpose(0, 1));
    }
}

internal sealed class Forecaster : Module<Tensor, Tensor>
{
    private readonly LSTM recurrent = LSTM(4, 32, numLayers: 2);
    private readonly Linear head = Linear(32, 1);

    public Forecaster()
        : base(nameof(Forecaster)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var (output, _, _) = recurrent.call(input);
        return head.call(output.select(1, -1)); //! TD7011
    }
}

internal sealed class Attention : Module<Tensor, Tensor>
{
    private readonly Linear query = Linear(64, 64);
    private readonly Linear key = Linear(64, 64);
    private readonly Linear value = Linear(64, 64);
    private readonly LayerNorm norm = LayerNorm(64);

    public Attention()
        : base(nameof(Attention)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var weights = functional.softmax(matmul(query.call(input), key.call(input).transpose(1, 2)) / Math.Sqrt(64), -1);
        weights = functional.dropout(weights, 0.1, training);
        return norm.call(input + matmul(weights, value.call(input)));
    }
}

internal sealed class Masked : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(8, 8);

    public Masked()
        : base(nameof(Masked)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        input.masked_fill_(input.isnan(), 0); //! TD9508
        input[TensorIndex.Colon, 0] = 0; //! TD9508
        var h = fc.call(input);
        h.relu_();
        return h;
    }
}

internal sealed class Copied : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(8, 8);

    public Copied()
        : base(nameof(Copied)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        input = input.clone();
        input.masked_fill_(input.isnan(), 0);
        return fc.call(input).relu_();
    }
}

internal sealed class Scaled : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(8, 8);

    public Scaled()
        : base(nameof(Scaled)) => RegisterComponents();

    public override Tensor forward(Tensor x) => fc.call(x.div_(255)); //! TD9508
}
