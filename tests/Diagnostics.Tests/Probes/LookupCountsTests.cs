using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>The row of an embedding that is looked up most: of text, of what fills it up, and of ids that are cut.</summary>
public sealed class LookupCountsTests
{
    private readonly Random _random = new(5);

    [Fact]
    public void UnknownWordsAndIdsThatAreCutAreSeen()
    {
        Assert.InRange(Share(1000, () => Text(0.9)), 0.75, 1);
        Assert.Equal(1, Share(1000, () => Text(1)));
        Assert.InRange(Share(1000, () => Padded(Text(0.9))), 0.75, 1);
        Assert.InRange(Share(1000, () => Padded(Text(0.9)).t()), 0.75, 1);
        Assert.Equal(1, Share(1000, () => Padded(Text(1)), padding: 0));
        Assert.InRange(Share(60, () => Text(0).clamp_max(4)), 0.6, 1);
        Assert.InRange(Share(60, () => (Text(0) + 50).clamp_max(59).flatten()), 0.6, 1);
    }

    [Fact]
    public void TextIsNot()
    {
        Assert.InRange(Share(1000, () => Text(0)), 0.05, 0.2);
        Assert.InRange(Share(1000, () => Text(0.15)), 0.05, 0.2);
        Assert.InRange(Share(1000, () => Padded(Text(0))), 0.05, 0.3);
        Assert.InRange(Share(1000, () => Padded(Text(0)).t()), 0.05, 0.3);
        Assert.InRange(Share(1000, () => Padded(Text(0).flip(1)).flip(1)), 0.05, 0.3);
        Assert.InRange(Share(1000, () => Padded(Text(0)), padding: 0), 0.05, 0.3);
    }

    [Fact]
    public void OtherTablesAreNot()
    {
        Assert.Equal(0, Share(1000, () => (Text(0) * 0).flatten()));
        Assert.InRange(Share(64, () => arange(20).expand(16, 20)), 0, 0.1);
        int user = 0;
        Assert.InRange(Share(500, () => full([64, 5], user++, ScalarType.Int64)), 0, 0.1);
        Assert.InRange(Share(256, Pictures), 0, 0.3);
    }

    [Fact]
    public void FewLookupsTellNothing() => Assert.Null(Of(1000, () => Text(1, places: 5), steps: 2));

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    public void SmallTablesAreLeftOut(int rows, bool counted)
    {
        using var table = nn.Embedding(rows, 4);

        Assert.Equal(counted, LookupCounts.Of(table) is not null);
    }

    [Fact]
    public void LayersAreHeard()
    {
        using var model = nn.Sequential(nn.Embedding(1000, 4), nn.Linear(4, 3));
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions());
        for (int step = 0; step < 20; step++)
        {
            using var output = model.call(Text(0.95));
            using var loss = output.square().mean();
            loss.backward();
            monitor.Step(loss);
        }

        var found = Assert.Single(monitor.Complete().Findings, finding => finding.Rule.Id == "TD1014");
        Assert.Equal((Severity.Warning, "0"), (found.Severity, Assert.Single(found.Layers)));
    }

    private static double Share(long rows, Func<Tensor> batch, long? padding = null) => Of(rows, batch, 12, padding)!.Value;

    private static double? Of(long rows, Func<Tensor> batch, int steps, long? padding = null)
    {
        var counts = new LookupCounts(rows, padding);
        double? share = null;
        for (int step = 0; step < steps; step++)
        {
            using var indices = batch();
            counts.Add(indices);
            share = counts.TakeShare();
        }

        return share;
    }

    /// <summary>Words by how frequent they are: the n-th as its number's part of the first.</summary>
    private Tensor Text(double unknown, int places = 20) =>
        tensor(Enumerable.Range(0, 16 * places).Select(_ => _random.NextDouble() < unknown ? 1 : 2 + (long)Math.Pow(900, _random.NextDouble())).ToArray()).reshape(16, places);

    private Tensor Padded(Tensor tokens)
    {
        for (int row = 0; row < 16; row++)
        {
            int length = _random.Next(3, 21);
            tokens[row].narrow(0, length, 20 - length).zero_();
        }

        return tokens;
    }

    private static Tensor Pictures()
    {
        var filled = zeros([16, 28, 28], ScalarType.Int64);
        filled.narrow(1, 8, 12).narrow(2, 9, 10).copy_(randint(1, 255, [16, 12, 10]));
        return filled.reshape(16, -1);
    }
}
