namespace TrainingDoctor.Reports.Wording;

/// <summary>Units in words, as they stand behind a value.</summary>
internal static class UnitWording
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Returns the unit that values of a metric are told in, and what they are multiplied by for it. Losses, scores, norms, shares and other bare numbers have none.</summary>
    public static (Text? Unit, double Factor) Of(Metric metric) => MetricCatalog.Describe(metric).Unit switch
    {
        "seconds" => ($"seconds", 1),
        "bytes" => ($"MiB", 1 / Mebibyte),
        "samples" => ($"samples", 1),
        "samples/s" => ($"samples per second", 1),
        "processors" => ($"processors", 1),
        "tensors" => ($"tensors", 1),
        "epochs" => ($"epochs", 1),
        "steps" => ($"steps", 1),
        "tokens" => ($"tokens", 1),
        _ => (null, 1),
    };
}
