using System.Globalization;
using System.Text;
using CsCheck;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>A line of measurements means the same as bytes, where it is compared with the lines before it, and as a text, which a JSON parser reads.</summary>
public sealed class MeasurementLineTests
{
    private const string Head = """{"telemetry":"1.0","run":{"name":"a","task":"MulticlassClassification"}}""";

    private static readonly string[] Names = ["loss", "gradient_norm", "zero_fraction", "learning_rate", "kl", "bleu", "no_such_metric", "gradient_normé", "a\\\"b", ""];
    private static readonly string[] Scopes = ["", "fc1", "fc1.weight", "layer:relu", "rank:1", "dataset:test", "größe", "a\\u0041", "x y", "tab\\t"];
    private static readonly string[] Numbers =
    [
        "0", "-0", "0.0", "-0.0", "1", "-1", "2.5", "1e-5", "1E-05", "1.5E+300", "1e400", "01", "1.", ".5", "-", "1e", "+1", "9007199254740993", "123456789012345678901234567890", "0.30000000000000004",
        "2.2250738585072014E-308", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"nan\"", "NaN", "null", "true", "[1]", "0x10", "1_000", "123456789012345", "1234567890123456",
    ];

    private static readonly string[] Steps = ["0", "1", "7", "12", "012", "-1", "1.0", "9007199254740991", "9007199254740992", "123456789012345", "1e3", "\"1\""];

    private static readonly Gen<string> Line = Gen.Select(
        Gen.Frequency((8, Gen.Int[0, 20].Select(step => step.ToString(CultureInfo.InvariantCulture))), (1, Pick(Steps))),
        Gen.Select(Pick(Names), Pick(Scopes), Gen.Frequency((3, Gen.Double.Select(value => Spell(value))), (2, Pick(Numbers)))).List[0, 4],
        Gen.Frequency((12, Gen.Const("")), (1, Pick([" ", "\r", "}", ",", "]", "{}"]))),
        (step, triples, rest) => $"{{\"step\":{step},\"m\":[{string.Join(',', triples.Select(triple => $"[\"{triple.Item1}\",\"{triple.Item2}\",{triple.Item3}]"))}]}}{rest}");

    [Fact]
    public void BytesAndTextMeanTheSame() => Line.List[1, 6].Sample(lines => Assert.Equal(Told(lines, asBytes: false), Told(lines, asBytes: true)), iter: 5_000);

    [Fact]
    [Trait("Speed", "Slow")]
    public void BytesAndTextMeanTheSameWhereALineIsBroken() =>
        Gen.Select(Line, Gen.Int[0, 200], Gen.Char[' ', '~'], Gen.Int[0, 2]).Sample(
            (line, at, other, how) =>
            {
                at %= line.Length;
                string broken = how switch { 0 => line.Remove(at, 1), 1 => line.Insert(at, other.ToString()), _ => line[..at] + other + line[(at + 1)..] };
                Assert.Equal(Told([line, broken, line], asBytes: false), Told([line, broken, line], asBytes: true));
            },
            iter: 10_000);

    [Fact]
    public void ALineAsRecordersWriteItIsReadWithoutAParser()
    {
        var reader = new MeasurementLineReader();

        Assert.True(reader.TryRead("""{"step":12,"m":[["loss","",2.31],["zero_fraction","relu1",0.5],["gradient_norm","fc.weight","NaN"]]}"""u8, null));
        Assert.Equal(12, reader.Step);
        Assert.Equal([2.31, 0.5, double.NaN], reader.Measurements.Select(item => item.Value));
        Assert.Equal([Metric.Loss, Metric.ZeroFraction, Metric.GradientNorm], reader.Measurements.Select(item => item.Head.Meaning!.Value.Metric));
        Assert.Equal(["", "relu1", "fc.weight"], reader.Measurements.Select(item => item.Head.Meaning!.Value.Scope));
    }

    [Fact]
    public void WhatANameMeansFollowsTheTask()
    {
        string[] lines = ["""{"step":1,"m":[["kl","",0.5]]}""", """{"run":{"name":"a","task":"Variational"}}""", """{"step":2,"m":[["kl","",0.5]]}"""];

        Assert.Equal(Told(lines, asBytes: false), Told(lines, asBytes: true));
    }

    private static Gen<string> Pick(string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static string Spell(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : $"\"{value.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Lists what a run is told by some lines, and what is said of those that are none.</summary>
    private static List<string> Told(IEnumerable<string> lines, bool asBytes)
    {
        var sink = new Teller();
        var replay = new TelemetryReplay((_, scopes) =>
        {
            sink.Scopes = scopes;
            return sink;
        });
        replay.Add(Head);
        foreach (string line in lines)
        {
            try
            {
                if (asBytes)
                {
                    replay.Add(Encoding.UTF8.GetBytes(line));
                }
                else
                {
                    replay.Add(line.TrimEnd('\r'));
                }
            }
            catch (FormatException exception)
            {
                sink.Told.Add(exception.Message);
            }
        }

        return sink.Told;
    }

    private sealed class Teller : IMeasurementSink
    {
        public List<string> Told { get; } = [];

        public ScopeTable Scopes { get; set; } = new();

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run) => Told.Add(FormattableString.Invariant($"{run.Task}"));

        public void Observe(in Measurement measurement)
        {
            var scope = Scopes[measurement.Scope];
            Told.Add(FormattableString.Invariant($"{measurement.Step} {measurement.Metric} {scope.Kind} {scope.Name} {BitConverter.DoubleToInt64Bits(measurement.Value):X}"));
        }

        public void Complete()
        {
        }
    }
}
