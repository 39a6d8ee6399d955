using System.Globalization;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>What goes beyond a limit is told: nothing is cut off in silence.</summary>
public sealed class LeftOutTests
{
    [Fact]
    public void NumbersBehindALongLineAreTold()
    {
        string Log(string tail) => string.Concat(Enumerable.Range(1, 20).Select(epoch => FormattableString.Invariant($"epoch {epoch} loss: {1.0 / epoch:F4} {new string('.', 9000)} {tail}\n")));

        Assert.Contains("8 KiB", Assert.Single(Notes(Log("accuracy: 0.5"))), StringComparison.Ordinal);
        Assert.Empty(Notes(Log("done")));
    }

    [Fact]
    public void DeepObjectsAreTold()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        string Log(int depth) => string.Concat(Enumerable.Range(1, 20).Select(step => FormattableString.Invariant($"{{\"step\":{step},\"loss\":{1.0 / step},\"more\":{Nested(depth)}}}\n")));

        Assert.Contains("32 deep", Assert.Single(Notes(Log(40))), StringComparison.Ordinal);
        Assert.Empty(Notes(Log(20)));
    }

    [Fact]
    public void NamesBeyondTheMostAreTold()
    {
        string Log(int names) => string.Concat(Enumerable.Range(0, 50).Select(row => FormattableString.Invariant($"{{\"step\":{row},\"loss\":0.5,{string.Join(',', Enumerable.Range(0, names / 50).Select(i => $"\"x{row}_{i}\":1"))}}}\n")));

        Assert.Contains("20,000", Assert.Single(Notes(Log(21_000))), StringComparison.Ordinal);
        Assert.Empty(Notes(Log(10_000)));
    }

    [Fact]
    public void LinesOfATableOnItsSideBeyondTheMostAreTold()
    {
        string Row(string name, Func<int, double> value) => name + "," + string.Join(',', Enumerable.Range(1, 20).Select(step => value(step).ToString("R", CultureInfo.InvariantCulture))) + "\n";
        string Log(int rows) => Row("epoch", step => step) + Row("loss", step => 1.0 / step) + string.Concat(Enumerable.Range(0, rows).Select(i => Row($"layer{i}.norm", step => step)));

        Assert.Contains("1,024", Assert.Single(Notes(Log(1100))), StringComparison.Ordinal);
        Assert.Empty(Notes(Log(100)));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void ValuesOfListsBeyondTheMostAreTold()
    {
        string Log(int values) => "{\"loss\":[" + string.Join(',', Enumerable.Repeat("1,2", values / 2)) + "]}";

        Assert.Contains("4,000,000", Assert.Single(Notes(Log(4_000_100))), StringComparison.Ordinal);
        Assert.Empty(Notes(Log(10_000)));
    }

    private static List<string> Notes(string log) => [.. Assert.Single(ReadRun.Of(log)).Log.Notes.Where(note => note.StartsWith("left out: ", StringComparison.Ordinal))];
}
