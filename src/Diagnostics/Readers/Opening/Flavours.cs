using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Tells by their columns which framework wrote a table.</summary>
internal static class CsvFlavour
{
    public static LogFacts Of(CsvHeader header)
    {
        // Spreadsheets and exports change the case of names; nothing is told by it.
        string[] names = [.. header.Names.Select(name => name.ToLowerInvariant())];
        bool epoch = names.Contains("epoch");
        if (names.Any(name => name.Contains("box_loss", StringComparison.Ordinal) || name is "lr/pg0" or "x/lr0" || name.StartsWith("metrics/map", StringComparison.Ordinal)))
        {
            return new LogFacts { Format = "ultralytics", LossIsAveraged = true, SumsLossParts = true };
        }

        if (header.Runs.Count > 0)
        {
            return new LogFacts { Format = "wandb", RunName = header.Run };
        }

        if (epoch && names.Contains("step"))
        {
            return new LogFacts { Format = "lightning", EvaluatesAfterwards = true };
        }

        if (epoch && names.Contains("train_loss") && names.Any(name => name.StartsWith("eval_", StringComparison.Ordinal)))
        {
            return new LogFacts { Format = "timm", LossIsAveraged = true };
        }

        if (names.Length > 1 && names[0] == "epoch" && names.Skip(1).SequenceEqual(names.Skip(1).Order(StringComparer.Ordinal)))
        {
            return new LogFacts { Format = "keras", LossIsAveraged = true };
        }

        return new LogFacts { Format = "csv" };
    }
}

/// <summary>Tells by their keys which framework wrote JSON Lines.</summary>
internal static class JsonFlavour
{
    public static LogFacts Of(ReadOnlySpan<byte> head)
    {
        if (Has(head, "\"current_steps\""u8) && Has(head, "\"total_steps\""u8))
        {
            return new LogFacts { Format = "llamafactory", LossIsAveraged = true };
        }

        if (Has(head, "\"mode\""u8) && Has(head, "\"iter\""u8))
        {
            // mmcv rounds to five decimals.
            return new LogFacts { Format = "mmengine", LossIsAveraged = true, RoundsLearningRate = true };
        }

        if (Has(head, "\"data_time\""u8) && Has(head, "\"iteration\""u8))
        {
            return new LogFacts { Format = "detectron2", LossIsAveraged = true };
        }

        if (Has(head, "\"data_time\""u8) && Has(head, "\"step\""u8))
        {
            return new LogFacts { Format = "mmengine", LossIsAveraged = true };
        }

        return Has(head, "\"_step\""u8) && Has(head, "\"_runtime\""u8) ? new LogFacts { Format = "wandb" } : new LogFacts { Format = "jsonl" };
    }

    private static bool Has(ReadOnlySpan<byte> head, ReadOnlySpan<byte> key) => head.IndexOf(key) >= 0;
}
