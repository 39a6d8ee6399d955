using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Padding masks beside the tokens that an embedding looked up, in the shapes that models have them.</summary>
public sealed class PaddingMasksTests
{
    private const int Places = 10;

    public static TheoryData<string, bool> Models => new()
    {
        { "encoder", false }, { "encoder", true },
        { "attention", false }, { "attention", true },
        { "tokens place by place", false }, { "tokens place by place", true },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void TellsWhetherTheMaskHidesWordsOrPadding(string model, bool isInverted)
    {
        var summary = Train(new Reader(model, tokens => isInverted ? tokens.ne(0) : tokens.eq(0)), Sentences(32));

        Assert.NotNull(summary);
        Assert.Equal((isInverted ? 1 : 0, isInverted ? 1 : 0), (summary.Value.Minimum, summary.Value.Maximum));
    }

    /// <summary>As many samples as places: either way round they have the shape of the mask.</summary>
    [Theory]
    [InlineData("encoder", true)]
    [InlineData("tokens place by place", true)]
    [InlineData("tokens place by place", false)]
    public void AsManySamplesAsPlacesAreToldApart(string model, bool isInverted) =>
        Assert.Equal(isInverted ? 1 : 0, Train(new Reader(model, tokens => isInverted ? tokens.ne(0) : tokens.eq(0)), Sentences(Places))!.Value.Last);

    [Fact]
    public void AMaskThatHidesWordsAtRandomTellsNothing() =>
        Assert.Null(Train(new Reader("encoder", tokens => tokens.eq(0).logical_or(tokens.eq(7)).logical_or(tokens.eq(9))), Sentences(32)));

    [Fact]
    public void WithoutAMaskNothingIsTold() => Assert.Null(Train(new Reader("encoder", _ => null), Sentences(32)));

    /// <summary>A mask is right or wrong from the first step on: looking ends, and so does what it costs.</summary>
    [Fact]
    public void LookingEnds() => Assert.Equal(24, Train(new Reader("encoder", tokens => tokens.eq(0)), Sentences(32), steps: 40)!.Value.Count);

    private static Tensor Sentences(int count)
    {
        torch.manual_seed(5);
        var lengths = randint(3, Places - 1, [count, 1], ScalarType.Int64);
        return randint(2, 20, [count, Places], ScalarType.Int64) * arange(Places).lt(lengths).to_type(ScalarType.Int64);
    }

    private static SeriesSummary? Train(Reader model, Tensor tokens, int steps = 6)
    {
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        for (int step = 0; step < steps; step++)
        {
            using var turn = NewDisposeScope();
            var loss = model.call(tokens).square().mean();
            loss.backward();
            monitor.Step(loss);
        }

        var report = monitor.Complete();
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        return report.Diagnosis.Facts.Of(Metric.PaddingMaskInverted, "reader");
    }

    private sealed class Reader : nn.Module<Tensor, Tensor>
    {
        private readonly string _kind;
        private readonly Func<Tensor, Tensor?> _mask;
        private readonly Embedding words = nn.Embedding(20, 8);
        private readonly nn.Module reader;

        public Reader(string kind, Func<Tensor, Tensor?> mask)
            : base(nameof(Reader))
        {
            (_kind, _mask) = (kind, mask);
            reader = kind switch
            {
                "attention" => nn.MultiheadAttention(8, 2),
                _ => nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, dim_feedforward: 16), 2),
            };
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            // Attention takes places first, the mask samples.
            var x = _kind == "tokens place by place" ? words.call(input.transpose(0, 1)) : words.call(input).transpose(0, 1);
            var mask = _mask(input);
            return reader switch
            {
                TransformerEncoder encoder => encoder.call(x, null!, mask!),
                MultiheadAttention attention => attention.call(x, x, x, mask, false, null).Item1,
                _ => x,
            };
        }
    }
}
