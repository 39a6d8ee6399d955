using TorchSharp.Modules;

namespace TrainingDoctor.Corpus;

/// <summary>x + f(x).</summary>
internal sealed class Residual : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _body;

    public Residual(Module<Tensor, Tensor> body)
        : base(nameof(Residual))
    {
        _body = body;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input + _body.call(input);
}

/// <summary>A recurrent layer over a sequence of features, then a linear layer on its last state.</summary>
internal sealed class SequenceClassifier : Module<Tensor, Tensor>
{
    private readonly Module _recurrent;
    private readonly Linear _head;

    public SequenceClassifier(Module recurrent, long hidden, long outputs)
        : base(nameof(SequenceClassifier))
    {
        _recurrent = recurrent;
        _head = Linear(hidden, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var states = _recurrent switch
        {
            LSTM lstm => lstm.call(input, null).Item1,
            GRU gru => gru.call(input, null).Item1,
            TorchSharp.Modules.RNN rnn => rnn.call(input, null).Item1,
            _ => throw new InvalidOperationException($"{_recurrent.GetName()} is not recurrent."),
        };
        return _head.call(states[.., -1]);
    }
}

/// <summary>A small transformer: patches of an image, one encoder block of attention and perceptron, mean over the patches.</summary>
internal sealed class SmallTransformer : Module<Tensor, Tensor>
{
    private readonly Linear _embed;
    private readonly Parameter _position;
    private readonly MultiheadAttention _attention;
    private readonly LayerNorm _normAttention;
    private readonly LayerNorm _normPerceptron;
    private readonly Sequential _perceptron;
    private readonly Linear _head;

    public SmallTransformer(long features, long length, long width, long outputs)
        : base(nameof(SmallTransformer))
    {
        _embed = Linear(features, width);
        _position = Parameter(randn(length, 1, width) * 0.02);
        _attention = MultiheadAttention(width, 2);
        _normAttention = LayerNorm(width);
        _normPerceptron = LayerNorm(width);
        _perceptron = Sequential(("up", Linear(width, 2 * width)), ("gelu", GELU()), ("down", Linear(2 * width, width)));
        _head = Linear(width, outputs);
        RegisterComponents();
    }

    /// <summary>Input: (samples, length, features).</summary>
    public override Tensor forward(Tensor input)
    {
        var x = _embed.call(input.transpose(0, 1)) + _position;
        var normalized = _normAttention.call(x);
        x = x + _attention.call(normalized, normalized, normalized, null, false, null).Item1;
        x = x + _perceptron.call(_normPerceptron.call(x));
        return _head.call(x.mean([0L]));
    }
}

/// <summary>Predicts the next symbol from the last ones: embeddings, then a perceptron.</summary>
internal sealed class NextSymbol : Module<Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly Sequential _perceptron;

    public NextSymbol(long symbols, long context, long width)
        : base(nameof(NextSymbol))
    {
        _embedding = Embedding(symbols, width);
        _perceptron = Net.Perceptron(() => ReLU(), context * width, 64, symbols);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _perceptron.call(_embedding.call(input.to_type(ScalarType.Int64)).flatten(1));
}

/// <summary>Ratings from the product of two embeddings: input (samples, 2) holds the row's and the column's number.</summary>
internal sealed class Factorization : Module<Tensor, Tensor>
{
    private readonly Embedding _rows;
    private readonly Embedding _columns;

    public Factorization(long rows, long columns, long width)
        : base(nameof(Factorization))
    {
        _rows = Embedding(rows, width);
        _columns = Embedding(columns, width);
        foreach (var embedding in new[] { _rows, _columns })
        {
            init.normal_(embedding.weight!, 0, 0.3);
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var index = input.to_type(ScalarType.Int64);
        return (_rows.call(index[.., 0]) * _columns.call(index[.., 1])).sum(1, keepdim: true);
    }
}

/// <summary>Generator and discriminator together, so that a monitor sees both.</summary>
internal sealed class AdversarialPair : Module<Tensor, Tensor>
{
    public AdversarialPair(long noise, long features)
        : base(nameof(AdversarialPair))
    {
        Generator = Net.Perceptron(() => LeakyReLU(0.2), noise, 32, 32, features);
        Discriminator = Net.Perceptron(() => LeakyReLU(0.2), features, 32, 32, 1);
        RegisterComponents();
    }

    public Sequential Generator { get; }

    public Sequential Discriminator { get; }

    public override Tensor forward(Tensor input) => Discriminator.call(Generator.call(input));
}
