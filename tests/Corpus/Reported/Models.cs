using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>Letters in, logits for the next letter at every place out: (samples, places, letters).</summary>
internal sealed class TokenModel : Module<Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly GRU _recurrent;
    private readonly Linear _head;
    private readonly Func<Tensor, Tensor>? _last;

    public TokenModel(long symbols, Func<Tensor, Tensor>? last = null)
        : base(nameof(TokenModel))
    {
        _last = last;
        _embedding = Embedding(symbols, 16);
        _recurrent = GRU(16, 32, batchFirst: true);
        _head = Linear(32, symbols);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var output = _head.call(_recurrent.call(_embedding.call(input), null).Item1);
        return _last?.Invoke(output) ?? output;
    }
}

/// <summary>A sequence into attention over its places, then a linear layer on the mean.</summary>
internal sealed class AttentionClassifier : Module<Tensor, Tensor>
{
    private readonly Linear _embed = Linear(8, 24);
    private readonly MultiheadAttention _attention = MultiheadAttention(24, 2);
    private readonly Linear _head = Linear(24, 10);
    private readonly bool _transposes;
    private readonly Func<Tensor, Tensor>? _padding;

    /// <param name="transposes">Whether the places are brought to the front, where the attention wants them.</param>
    /// <param name="padding">Gives for a batch which places are no part of the sequence; null for none.</param>
    public AttentionClassifier(bool transposes, Func<Tensor, Tensor>? padding = null)
        : base(nameof(AttentionClassifier))
    {
        (_transposes, _padding) = (transposes, padding);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(_embed.call(input));
        x = _transposes ? x.transpose(0, 1) : x;
        x = x + _attention.call(x, x, x, _padding?.Invoke(input), false, null).Item1;
        return _head.call(x.mean([_transposes ? 0L : 1L]));
    }
}

/// <summary>Rows of a digit with a learnt vector for each position, which runs along the rows or, by mistake, along the batch.</summary>
internal sealed class PositionedClassifier : Module<Tensor, Tensor>
{
    private const long Longest = 1024;
    private readonly Parameter _positions = new(randn(Longest, 8));
    private readonly Linear _embed = Linear(8, 48);
    private readonly Linear _head = Linear(48, 10);
    private readonly bool _alongTime;

    public PositionedClassifier(bool alongTime)
        : base(nameof(PositionedClassifier))
    {
        _alongTime = alongTime;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var positions = _positions.narrow(0, 0, input.shape[_alongTime ? 1 : 0]);
        return _head.call(functional.relu(_embed.call(input + positions.unsqueeze(_alongTime ? 0 : 1))).mean([1L]));
    }
}

/// <summary>A layer that lives in a closure: it acts, and nobody has registered it.</summary>
internal sealed class HiddenHead : Module<Tensor, Tensor>
{
    private readonly Linear _first;
    private readonly Func<Tensor, Tensor> _head;

    public HiddenHead(bool registers)
        : base(nameof(HiddenHead))
    {
        _first = Linear(64, 32);
        var second = Linear(32, 48);
        var third = Linear(48, 10);
        _head = x => third.call(functional.relu(second.call(x)));
        RegisterComponents();
        if (registers)
        {
            register_module("second", second);
            register_module("third", third);
        }
    }

    public override Tensor forward(Tensor input) => _head(functional.relu(_first.call(input)));
}

/// <summary>A variational autoencoder; output: reconstruction, means and log-variances beside each other.</summary>
internal sealed class Variational : Module<Tensor, Tensor>
{
    private const int Latent = 6;
    private readonly Linear _encoder = Linear(64, 32);
    private readonly Linear _mean = Linear(32, Latent);
    private readonly Linear _logVariance = Linear(32, Latent);
    private readonly Sequential _decoder = Net.Chain(Linear(Latent, 32), ReLU(), Linear(32, 64), Sigmoid());

    public Variational()
        : base(nameof(Variational)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var hidden = functional.relu(_encoder.call(input));
        var (mean, logVariance) = (_mean.call(hidden), _logVariance.call(hidden));
        var latent = training ? mean + (randn_like(mean) * (logVariance / 2).exp()) : mean;
        return cat([_decoder.call(latent), mean, logVariance], 1);
    }

    public static Tensor Loss(Tensor output, Tensor target, double weight)
    {
        var (image, mean, logVariance) = (output[.., ..64], output[.., 64..(64 + Latent)], output[.., (64 + Latent)..]);
        var divergence = -0.5 * (1 + logVariance - mean.square() - logVariance.exp()).sum(1).mean();
        return (image - target).square().sum(1).mean() + (weight * divergence);
    }
}

/// <summary>Three samples side by side (anchor, same class, other class) through one encoder: (samples, 3, width).</summary>
internal sealed class TripletEncoder : Module<Tensor, Tensor>
{
    private readonly Sequential _encoder = Net.Chain(Linear(64, 48), ReLU(), Linear(48, 8));

    public TripletEncoder()
        : base(nameof(TripletEncoder)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _encoder.call(input.flatten(0, 1)).reshape(input.shape[0], input.shape[1], 8);
}

/// <summary>Two heads on one body, their answers beside each other: (samples, 10 + 1).</summary>
internal sealed class TwoHeads : Module<Tensor, Tensor>
{
    private readonly Sequential _body = Net.Chain(Linear(64, 32), ReLU());
    private readonly Linear _digit = Linear(32, 10);
    private readonly Linear _parity = Linear(32, 1);

    public TwoHeads()
        : base(nameof(TwoHeads)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var hidden = _body.call(input);
        return cat([_digit.call(hidden), _parity.call(hidden)], 1);
    }
}
