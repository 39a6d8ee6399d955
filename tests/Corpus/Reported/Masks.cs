using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>Sentences of unlike length for attention, whose padding must be hidden and whose words must not.</summary>
public static class Masks
{
    private const int Words = 30;
    private const int Places = 12;
    private const long Opening = 1;

    /// <summary>The mask marks words, as a tokenizer's does, and the layer hides what it marks.</summary>
    public static TwinPrograms MarksWords => TwinPrograms.Reported("padding-mask-marks-words", Topics(tokens => tokens.eq(0)), Truth, p => p with { Model = () => new TopicReader(tokens => tokens.ne(0)), Skill = _ => null });

    /// <summary>The same with attention as a layer of its own, which is given samples second.</summary>
    public static TwinPrograms MarksWordsOfAttention => TwinPrograms.Reported(
        "padding-mask-marks-words-attention", Topics(tokens => tokens.eq(0)) with { Model = () => new TopicAttention(tokens => tokens.eq(0)) }, Truth, p => p with { Model = () => new TopicAttention(tokens => tokens.ne(0)), Skill = _ => null });

    /// <summary>Words of no weight are hidden besides the padding.</summary>
    public static CorpusProgram HidesSome => Topics(tokens => tokens.eq(0).logical_or(tokens.gt(24))) with { Name = "reported-sound-mask-hides-some" };

    private static GroundTruth Truth => GroundTruth.Ill([Cause.InvertedPaddingMask], "inverted-padding-mask") with { Acceptable = Symptoms.NoProgress };

    private static CorpusProgram Topics(Func<Tensor, Tensor> mask) => Bases.Digits with
    {
        Data = Sentences,
        Model = () => new TopicReader(mask),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 12,
        Truth = GroundTruth.Healthy(0.4),
    };

    /// <summary>Every sentence begins with an opening and holds one of three words that tells its topic.</summary>
    private static TrainingData Sentences(int seed)
    {
        var random = new Random(seed);
        var data = Tokens.Split([.. Enumerable.Range(0, 900).Select(_ =>
        {
            long topic = random.Next(3);
            int length = random.Next(4, Places - 1);
            var sentence = new long[Places];
            sentence[0] = Opening;
            for (int place = 1; place < length; place++)
            {
                sentence[place] = random.Next(5, Words);
            }

            sentence[random.Next(1, length)] = 2 + topic;
            return (sentence, new[] { topic });
        })]);
        return new(data.Training with { Target = data.Training.Target.flatten() }, data.Validation! with { Target = data.Validation!.Target.flatten() });
    }

    private sealed class TopicReader : Module<Tensor, Tensor>
    {
        private readonly Embedding _words = Embedding(Words, 24, padding_idx: 0);
        private readonly TransformerEncoder _reader = TransformerEncoder(TransformerEncoderLayer(24, 2, dim_feedforward: 48, dropout: 0.1), 1);
        private readonly Linear _head = Linear(24, 3);
        private readonly Func<Tensor, Tensor> _mask;

        public TopicReader(Func<Tensor, Tensor> mask)
            : base(nameof(TopicReader))
        {
            _mask = mask;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _head.call(_reader.call(_words.call(input.transpose(0, 1)), null!, _mask(input))[0]);
    }

    private sealed class TopicAttention : Module<Tensor, Tensor>
    {
        private readonly Embedding _words = Embedding(Words, 24, padding_idx: 0);
        private readonly MultiheadAttention _attention = MultiheadAttention(24, 2);
        private readonly Linear _head = Linear(24, 3);
        private readonly Func<Tensor, Tensor> _mask;

        public TopicAttention(Func<Tensor, Tensor> mask)
            : base(nameof(TopicAttention))
        {
            _mask = mask;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = _words.call(input).transpose(0, 1);
            return _head.call(_attention.call(x, x, x, _mask(input), false, null).Item1[0]);
        }
    }
}
