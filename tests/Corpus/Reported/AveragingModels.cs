using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>A network that is trained, and an average of it that is evaluated.</summary>
internal sealed class AveragingModel : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _trained;
    private readonly Module<Tensor, Tensor> _average;

    public AveragingModel(params long[] sizes)
        : base(nameof(AveragingModel))
    {
        _trained = Net.Perceptron(() => ReLU(), sizes);
        _average = Net.Perceptron(() => ReLU(), sizes);
        RegisterComponents();
        foreach (var parameter in _average.parameters())
        {
            parameter.requires_grad = false;
        }

        Follow(0);
    }

    public Module<Tensor, Tensor> Trained => _trained;

    public void Follow(double decay)
    {
        using var still = no_grad();
        foreach (var (average, trained) in _average.parameters().Zip(_trained.parameters()))
        {
            average.mul_(decay).add_(trained * (1 - decay));
        }
    }

    public override Tensor forward(Tensor input) => (training ? _trained : _average).call(input);
}

/// <summary>Rows of a digit look at each other through four heads, each of which counts as its mask says.</summary>
internal sealed class HeadedClassifier : Module<Tensor, Tensor>
{
    private readonly Linear _inner = Linear(8, 32);
    private readonly MaskedAttention _attention;
    private readonly Linear _head = Linear(32, 10);

    public HeadedClassifier(float[] mask)
        : base(nameof(HeadedClassifier))
    {
        _attention = new MaskedAttention(32, mask);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var made = _inner.call(input);
        return _head.call((made + _attention.call(made)).mean([1L]));
    }
}

/// <summary>Attention as it is written by hand, with a mask over its heads.</summary>
internal sealed class MaskedAttention : Module<Tensor, Tensor>
{
    private readonly Linear _qkv;
    private readonly Linear _out;
    private readonly Tensor _mask;
    private readonly long _heads;

    public MaskedAttention(long width, float[] mask)
        : base(nameof(MaskedAttention))
    {
        (_qkv, _out, _heads) = (Linear(width, 3 * width), Linear(width, width), mask.Length);
        _mask = tensor(mask).reshape(1, _heads, 1, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        long width = input.shape[2] / _heads;
        var parts = _qkv.call(input).reshape(input.shape[0], input.shape[1], 3, _heads, width).permute(2, 0, 3, 1, 4);
        var weights = functional.softmax(parts[0].matmul(parts[1].transpose(2, 3)) / Math.Sqrt(width), 3);
        return _out.call((weights.matmul(parts[2]) * _mask).transpose(1, 2).reshape(input.shape));
    }
}
