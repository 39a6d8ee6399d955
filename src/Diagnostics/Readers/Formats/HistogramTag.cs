using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Formats;

/// <summary>What a histogram's tag says it is of.</summary>
/// <param name="Kind">Weights, gradients or outputs.</param>
/// <param name="Name">The parameter or layer.</param>
internal readonly record struct HistogramTag(HistogramKind Kind, string Name)
{
    private static readonly string[] GradientWords = ["grad", "grads", "gradient", "gradients"];
    private static readonly string[] WeightWords = ["weight", "weights", "bias", "biases", "kernel", "params", "parameters", "parameter", "gamma", "beta", "embedding", "embeddings"];
    private static readonly string[] OutputWords = ["activation", "activations", "output", "outputs", "relu", "hidden", "act"];

    public static HistogramTag? Parse(string tag)
    {
        var words = ColumnName.Words(tag);
        if (words.Exists(word => word is "reward" or "hist"))
        {
            return null;
        }

        string name = NameOf(tag);
        return words.Exists(word => GradientWords.Contains(word)) ? new HistogramTag(HistogramKind.Gradient, name)
            : words.Exists(word => WeightWords.Contains(word)) ? new HistogramTag(HistogramKind.Weight, name)
            : words.Exists(word => OutputWords.Contains(word)) ? new HistogramTag(HistogramKind.Output, name)
            : null;
    }

    public IEnumerable<(Metric Metric, double Value)> Measures(HistogramMoments moments) => Kind switch
    {
        HistogramKind.Gradient =>
        [
            (Metric.GradientNorm, moments.Norm),
            (Metric.GradientStandardDeviation, moments.StandardDeviation),
            (Metric.GradientAbsoluteMaximum, moments.AbsoluteMaximum),
        ],
        HistogramKind.Weight =>
        [
            (Metric.WeightNorm, moments.Norm),
            (Metric.WeightMean, moments.Mean),
            (Metric.WeightStandardDeviation, moments.StandardDeviation),
            (Metric.WeightAbsoluteMaximum, moments.AbsoluteMaximum),
        ],
        _ =>
        [
            (Metric.OutputMean, moments.Mean),
            (Metric.OutputStandardDeviation, moments.StandardDeviation),
            (Metric.OutputMinimum, moments.Minimum),
            (Metric.OutputMaximum, moments.Maximum),
            (Metric.OutputAbsoluteMaximum, moments.AbsoluteMaximum),
        ],
    };

    /// <summary>Takes the words for the kind off both ends: <c>gradients/fc1.weight</c> and <c>fc1.weight.grad</c> are of <c>fc1.weight</c>.</summary>
    private static string NameOf(string tag)
    {
        string name = tag;
        foreach (string word in GradientWords.Concat(["weights", "params", "parameters", "activations", "activation", "histograms", "histogram"]))
        {
            foreach (char separator in (ReadOnlySpan<char>)['/', '.', '_'])
            {
                if (name.StartsWith(word + separator, StringComparison.OrdinalIgnoreCase) && name.Length > word.Length + 1)
                {
                    name = name[(word.Length + 1)..];
                }

                if (GradientWords.Contains(word) && name.EndsWith(separator + word, StringComparison.OrdinalIgnoreCase))
                {
                    name = name[..^(word.Length + 1)];
                }
            }
        }

        return name;
    }
}

/// <summary>What histograms are logged of.</summary>
internal enum HistogramKind
{
    /// <summary>Parameters.</summary>
    Weight,

    /// <summary>Gradients of parameters.</summary>
    Gradient,

    /// <summary>Outputs of layers.</summary>
    Output,
}
