using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Every log that the maintainers collected is read, and agrees with an independent look at it and with what an expert noted.</summary>
[Trait("Speed", "Slow")]
public sealed partial class RealLogTests
{
    [SharedFact]
    public void ReadsEveryLogWithAMeasurement()
    {
        foreach (var (file, _) in Labels())
        {
            var runs = ReadRun.OfPath(file);
            Assert.True(runs.Count > 0 && runs.Exists(run => run.Series.Count > 0), file);
            Assert.All(runs.SelectMany(run => run.Log.Damage), damage => Assert.False(string.IsNullOrEmpty(damage.Location)));
        }
    }

    /// <summary>Experts noted values as <c>0.307@1000</c>: the log must have a measurement of that value at that step.</summary>
    [SharedFact]
    public void AgreesWithTheValuesThatExpertsNoted()
    {
        int noted = 0;
        var missing = new List<string>();
        foreach (var (file, evidence) in Labels())
        {
            var points = ReadRun.OfPath(file).SelectMany(run => run.Series.Values.SelectMany(series => series)).ToLookup(point => point.Step, point => point.Value);
            foreach (Match match in Noted().Matches(evidence))
            {
                double value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                long step = long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
                noted++;
                if (!points[step].Any(point => Math.Abs(point - value) <= Math.Max(0.012 * Math.Abs(value), 1e-9)))
                {
                    missing.Add($"{Path.GetFileName(file)} {match.Value}");
                }
            }
        }

        // Parts of sums and columns without a role are noted too; and some notes are of averages.
        Assert.True(noted > 100, $"{noted} noted");
        Assert.True(missing.Count <= 0.25 * noted, $"{missing.Count} of {noted}: {string.Join("; ", missing)}");
    }

    /// <summary>Losses as a few lines without the readers' code find them.</summary>
    [SharedFact]
    public void AgreesWithAnIndependentParser()
    {
        int compared = 0;
        foreach (var (file, _) in Labels())
        {
            string format = Path.GetFileName(Path.GetDirectoryName(file)!);
            double[]? expected = format switch
            {
                "hf_trainer_state" => HistoryLosses(file),
                "keras_csv" or "csv_generic" => Cells(file, "loss"),
                "lightning_csv" => Cells(file, "train_loss") ?? Cells(file, "mean_loss") ?? Cells(file, "loss") ?? Cells(file, "train_loss_batch"),
                "ultralytics_csv" => Sum(Cells(file, "train/box_loss")!, Cells(file, "train/cls_loss")!, Cells(file, "train/dfl_loss")!),
                "detectron2_json" => LineLosses(file, "total_loss"),
                "mmengine_json" or "mmcv_log_json" or "llamafactory_jsonl" => LineLosses(file, "loss"),
                "mae_log_txt" => LineLosses(file, "train_loss"),
                "nanogpt_log_txt" => [.. File.ReadLines(file).Select(line => line.Split(' ')).Where(words => words[1] == "train").Select(words => double.Parse(words[2], CultureInfo.InvariantCulture))],
                _ => null,
            };
            if (expected is not null)
            {
                compared++;
                var read = ReadRun.OfPath(file).SelectMany(run => run.Values(Metric.Loss)).ToArray();
                Assert.True(expected.Length == read.Length && expected.Zip(read).All(pair => pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= 1e-12 * Math.Abs(pair.First)),
                    $"{file}: {expected.Length} losses expected, {read.Length} read");
            }
        }

        Assert.True(compared > 40, $"{compared} compared");
    }

    [SharedFact]
    public void SurvivesCutsAndDamageOfRealLogs()
    {
        var random = new Random(7);
        foreach (var (file, _) in Labels())
        {
            byte[] bytes = File.ReadAllBytes(file);
            for (int i = 0; i < 12; i++)
            {
                byte[] damaged = bytes[..random.Next(1, bytes.Length + 1)];
                for (int flip = 0; flip < i; flip++)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                FuzzTests.ReadOrRefuse(damaged, Path.GetFileName(file));
            }
        }
    }

    [GeneratedRegex(@"(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)@(\d+)(?![\d-])")]
    private static partial Regex Noted();

    private static IEnumerable<(string File, string Evidence)> Labels()
    {
        string folder = Path.Combine(Repository.Shared!, "logs");
        using var labels = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "labels.json")));
        return [.. labels.RootElement.EnumerateArray().Select(label => (Path.Combine(folder, label.GetProperty("file").GetString()!), label.GetProperty("evidence").GetString()!))];
    }

    private static double[] HistoryLosses(string file) =>
        [.. Regex.Matches(File.ReadAllText(file), "\"loss\": ([^,\\s}]+)").Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static double[] LineLosses(string file, string key) =>
        [.. File.ReadLines(file).Select(line => Regex.Match(line, $"\"{key}\": ([^,}}]+)")).Where(match => match.Success).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static double[]? Cells(string file, string column)
    {
        string[] lines = [.. File.ReadLines(file).Where(line => line.Contains(',', StringComparison.Ordinal))];
        int index = Array.FindIndex(lines[0].Split(','), cell => cell.Trim() == column);
        return index < 0 ? null
            : [.. lines.Skip(1).Select(line => line.Split(',')[index].Trim()).Where(cell => cell.Length > 0).Select(cell => double.Parse(cell == "nan" ? "NaN" : cell, CultureInfo.InvariantCulture))];
    }

    private static double[] Sum(params double[][] parts) => [.. parts[0].Select((_, i) => parts.Sum(part => part[i]))];
}
