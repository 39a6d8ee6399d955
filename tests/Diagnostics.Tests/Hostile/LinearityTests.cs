using System.Globalization;
using System.Text;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>
/// Cost grows with the size of the input and not with its square: what four times as much allocates, compared within one process. Allocated bytes are the same on every machine; an array that is
/// copied for each new name is what makes them grow by sixteen.
/// </summary>
public sealed class LinearityTests
{
    /// <summary>Four would be linear; what is left is room for tables that double.</summary>
    private const double MostGrowth = 6.5;

    public static TheoryData<string, int> Shapes => new()
    {
        { "names", 1500 },
        { "layers", 600 },
        { "steps", 1500 },
        { "ranks", 600 },
        { "columns", 700 },
        { "rows", 1500 },
        { "metrics", 300 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FourTimesAsMuchCostsAboutFourTimes(string shape, int count)
    {
        _ = Cost(shape, count);
        long once = Cost(shape, count);
        long four = Cost(shape, 4 * count);

        Assert.True(four <= MostGrowth * once, FormattableString.Invariant($"{shape}: {count} took {once:N0} bytes, {4 * count} took {four:N0}, {(double)four / once:F1} times as much"));
    }

    /// <summary>Weights that arrive in any order are put in order by few comparisons, which allocate nothing: they are counted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ManyScopesOfAnyOrderAreJudged(bool backwards)
    {
        var numbers = Enumerable.Range(0, 4000);
        string line = Step(0, (backwards ? numbers.Reverse() : numbers).Select(i => $"[\"gradient_norm\",\"layer{i}.weight\",1]"));

        Assert.Equal(4000, Diagnose("run.jsonl", $"{TelemetryHead()}\n{line}\n").Facts.All(Metric.GradientNorm).Count());
    }

    private static long Cost(string shape, int count)
    {
        var (name, text) = Make(shape, count);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new MemoryStream(bytes);
        var runs = new List<SupervisedDiagnosis>();
        LogOpener.OpenStream(stream, name, new LogReadOptions { Parallelism = 1 }).Read((_, scopes) =>
        {
            var run = new SupervisedDiagnosis(RuleSet.Default, scopes);
            runs.Add(run);
            return run;
        });
        Assert.NotEmpty(runs);
        Assert.All(runs, run =>
        {
            _ = run.Finish().ToDocument();
            Assert.False(run.HasFailed);
        });
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (string Name, string Text) Make(string shape, int count)
    {
        var all = Enumerable.Range(0, count);
        return shape switch
        {
            "names" => ("run.jsonl", $"{TelemetryHead()}\n{Step(0, all.Select(i => $"[\"gradient_norm\",\"p{i}\",1]"))}\n"),
            "layers" => ("run.jsonl", $"{TelemetryHead(count)}\n{Step(0, all.SelectMany(i => new[] { $"[\"output_mean\",\"l{i}\",0.1]", $"[\"output_standard_deviation\",\"l{i}\",1]", $"[\"weight_norm\",\"l{i}.weight\",1]", $"[\"update_ratio\",\"l{i}.weight\",0.001]" }))}\n"),
            "steps" => ("run.jsonl", $"{TelemetryHead()}\n{string.Join('\n', all.Select(i => Step(i, [string.Create(CultureInfo.InvariantCulture, $"[\"loss\",\"\",{Loss(i)}]")])))}\n"),
            "ranks" => ("run.jsonl", $"{TelemetryHead()}\n{string.Join('\n', Enumerable.Range(0, 3).Select(step => Step(step, all.Select(i => $"[\"step_duration\",\"{i}\",0.1]"))))}\n"),
            "columns" => ("log.csv", $"step,loss,{string.Join(',', all.Select(i => $"layer{i}/grad_norm"))}\n{string.Join('\n', Enumerable.Range(0, 4).Select(row => $"{row},1,{string.Join(',', all.Select(_ => "1"))}"))}\n"),
            "rows" => ("log.csv", $"step,loss,val_loss\n{string.Join('\n', all.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{Loss(i)},{Loss(i)}")))}\n"),
            _ => ("log.jsonl", string.Join('\n', all.Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{i},\"loss\":{Loss(i)},\"k{i}\":1}}"))) + "\n"),
        };
    }

    private static double Loss(int step) => 0.1 + Math.Exp(-step / 300.0);

    private static string TelemetryHead(int layers = 0)
    {
        if (layers == 0)
        {
            return """{"telemetry":"1.0","run":{"name":"x"}}""";
        }

        var all = Enumerable.Range(0, layers);
        string described = string.Join(',', all.Select(i => "{" + $"\"path\":\"l{i}\",\"typeName\":\"Linear\",\"kind\":\"Linear\",\"isLeaf\":true" + "}"));
        string parameters = string.Join(',', all.Select(i => "{" + $"\"name\":\"l{i}.weight\",\"layerPath\":\"l{i}\",\"role\":\"Weight\",\"shape\":[8,8],\"count\":64,\"fanIn\":8,\"fanOut\":8" + "}"));
        return "{\"telemetry\":\"1.0\",\"run\":{\"name\":\"x\",\"model\":{\"typeName\":\"M\",\"layers\":[" + described + "],\"parameters\":[" + parameters + "]}}}";
    }

    private static string Step(int step, IEnumerable<string> measurements) => $$"""{"step":{{step}},"m":[{{string.Join(',', measurements)}}]}""";

    private static RunDiagnosis Diagnose(string name, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Assert.Single(LogDiagnosis.Diagnose(LogOpener.OpenStream(stream, name), RuleSet.Default));
    }
}
