using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingDoctor.Probes;

/// <summary>Finds out which loss a program computes by functions of its own: the usual ones are tried on output and target, and one of them gives the very number that was told.</summary>
internal static class LossRecognition
{
    /// <summary>The relative difference up to which two losses are the same number; losses of coarse types are themselves rounded.</summary>
    private const double Tolerance = 2e-4;
    private const double CoarseTolerance = 1e-2;

    /// <summary>More than that is not computed twice.</summary>
    internal const long MostElements = 1 << 20;
    private const int MostBroadcast = 2048;

    /// <summary>Parts of a mean that programs take: losses divided by the number of batches that are added up.</summary>
    private static readonly double[] Parts = [1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0];

    /// <summary>Recognises a loss.</summary>
    /// <param name="output">What is compared.</param>
    /// <param name="target">With what.</param>
    /// <param name="loss">The loss of the step.</param>
    /// <param name="ignored">The class index that the loss is known to leave out; null where it is not known.</param>
    /// <param name="padding">The class index that fills rows up, which a loss may leave out; null for none.</param>
    /// <returns>Null where the two are of no form that is compared; a recognition without a kind where no loss gives the number.</returns>
    public static RecognizedValue? Recognize(Tensor output, Tensor target, double loss, long? ignored, long? padding)
    {
        if (!double.IsFinite(loss) || Math.Abs(loss) < 1e-12 || !output.is_floating_point() || output.dim() == 0 || output.NumberOfElements is 0 or > MostElements || target.NumberOfElements is 0 or > MostElements)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        double tolerance = output.dtype is ScalarType.Float32 or ScalarType.Float64 ? Tolerance : CoarseTolerance;
        var o = output.detach().cpu().to_type(ScalarType.Float64);
        var t = target.detach().cpu();
        return t.is_floating_point()
            ? OfNumbers(o, t.to_type(ScalarType.Float64), loss, tolerance)
            : OfClasses(o, t.to_type(ScalarType.Int64), loss, tolerance, ignored, padding);
    }

    private static RecognizedValue? OfClasses(Tensor o, Tensor t, double loss, double tolerance, long? ignored, long? padding)
    {
        var layouts = Layouts(o, t).ToList();
        if (layouts.Count == 0)
        {
            if (OfPaths(o, t) is { Count: > 0 } paths)
            {
                return Match(paths, loss, tolerance) ?? new RecognizedValue(null, 0);
            }

            return o.NumberOfElements == t.NumberOfElements ? OfNumbers(o, t.to_type(ScalarType.Float64), loss, tolerance) : null;
        }

        foreach (long? left in new[] { ignored, padding }.Distinct())
        {
            foreach (var (rows, isRegrouped) in layouts)
            {
                if (Match(ClassLosses(rows, t.flatten(), left ?? ignored), loss, tolerance) is { } found)
                {
                    return found with { IsRegrouped = isRegrouped, Ignored = left };
                }
            }
        }

        // A penalty that the program adds leaves a cross entropy and something above it.
        double explained = ClassLosses(layouts[0].Rows, t.flatten(), ignored).Find(candidate => candidate is { Kind: LossKind.CrossEntropy, IsActivated: false }).Mean;
        return new RecognizedValue(null, 0) { Remainder = explained > 0 && loss > explained ? 1 - (explained / loss) : null };
    }

    /// <summary>Connectionist temporal classification of (places, samples, classes) and the letters of each sample, filled up by the blank or not at all.</summary>
    private static List<Candidate> OfPaths(Tensor o, Tensor t)
    {
        if (o.dim() != 3 || t.dim() != 2 || o.shape[1] != t.shape[0] || o.shape[0] < t.shape[1] || t.min().item<long>() < 0 || t.max().item<long>() >= o.shape[2])
        {
            return [];
        }

        var places = full(t.shape[0], o.shape[0], ScalarType.Int64);
        var letters = t.ne(0).sum(1).to_type(ScalarType.Int64);
        double mean = functional.ctc_loss(o, t, places, letters, 0, false, Reduction.Mean).item<double>();
        double sum = functional.ctc_loss(o, t, places, letters, 0, false, Reduction.Sum).item<double>();
        return [new(LossKind.ConnectionistTemporalClassification, mean, 1, 1), new(LossKind.ConnectionistTemporalClassification, sum, 1, 1)];
    }

    /// <summary>The ways to read an output as rows of classes, the proper ones first.</summary>
    private static IEnumerable<(Tensor Rows, bool IsRegrouped)> Layouts(Tensor o, Tensor t)
    {
        long[] shape = o.shape;
        if (shape.Length == t.dim() + 1 && shape.Length > 1 && shape[1] > 1 && t.shape.SequenceEqual([shape[0], .. shape[2..]]))
        {
            yield return (shape.Length == 2 ? o : o.movedim([1L], [-1L]).reshape(-1, shape[1]), false);
        }

        if (shape.Length > 1 && shape[^1] > 1 && (shape.Length > 2 || t.dim() != 1) && o.NumberOfElements / shape[^1] == t.NumberOfElements)
        {
            yield return (o.reshape(-1, shape[^1]), false);
        }

        if (shape.Length == 3 && t.dim() == 2 && t.shape[0] == shape[0] && t.shape[1] == shape[1] && shape[1] != shape[2])
        {
            yield return (o.reshape(shape[0], shape[2], shape[1]).movedim([1L], [-1L]).reshape(-1, shape[2]), true);
        }
    }

    private static List<Candidate> ClassLosses(Tensor rows, Tensor labels, long? ignored)
    {
        var counts = labels.ge(0).logical_and(labels.lt(rows.shape[1]));
        if (ignored is { } index)
        {
            counts = counts.logical_and(labels.ne(index));
        }

        var kept = counts.nonzero().flatten();
        if (kept.NumberOfElements == 0)
        {
            return [];
        }

        var (x, y) = (rows.index_select(0, kept), labels.index_select(0, kept).reshape(-1, 1));
        var logarithms = functional.log_softmax(x, 1);
        var shares = logarithms.exp();
        long count = kept.NumberOfElements;
        return
        [
            new(LossKind.NegativeLogLikelihood, -Mean(x.gather(1, y)), count, count),
            new(LossKind.CrossEntropy, -Mean(logarithms.gather(1, y)), count, count),
            new(LossKind.Other, -Mean(shares.gather(1, y)), count, count),
            new(LossKind.CrossEntropy, -Mean(functional.log_softmax(shares, 1).gather(1, y)), count, count) { IsActivated = true },
        ];
    }

    private static RecognizedValue? OfNumbers(Tensor o, Tensor t, double loss, double tolerance)
    {
        if (o.NumberOfElements != t.NumberOfElements)
        {
            return null;
        }

        var aligned = Match(NumberLosses(o, t.reshape(o.shape)), loss, tolerance);
        if (o.shape.SequenceEqual(t.shape))
        {
            return aligned ?? new RecognizedValue(null, 0);
        }

        if (aligned is not null)
        {
            return aligned with { IsBroadcast = false };
        }

        bool crosses = (o.dim(), t.dim()) is (2, 1) or (1, 2) && o.NumberOfElements is > 1 and <= MostBroadcast && (o.dim() == 1 || o.shape[1] == 1) && (t.dim() == 1 || t.shape[1] == 1);
        return (crosses ? Match(Errors(o - t), loss, tolerance) : null) is { } crossed ? crossed with { IsBroadcast = true } : new RecognizedValue(null, 0);
    }

    private static List<Candidate> NumberLosses(Tensor o, Tensor t)
    {
        long samples = o.shape[0];
        long count = o.NumberOfElements;
        var losses = Errors(o - t);
        var softplus = o.clamp_min(0) + (-o.abs()).exp().log1p();
        losses.Add(new(LossKind.BinaryCrossEntropyWithLogits, Mean(softplus - (t * o)), count, samples));
        var yes = o.sigmoid();
        losses.Add(new(LossKind.BinaryCrossEntropyWithLogits, Mean(functional.softplus(yes) - (t * yes)), count, samples) { IsActivated = true });
        if (o.min().item<double>() >= 0 && o.max().item<double>() <= 1)
        {
            losses.Add(new(LossKind.BinaryCrossEntropy, -Mean((t * o.log().clamp_min(-100)) + ((1 - t) * (1 - o).log().clamp_min(-100))), count, samples));
        }

        losses.Add(new(LossKind.Margin, Mean((1 - (t * o)).clamp_min(0)), count, samples));
        losses.Add(new(LossKind.Margin, Mean(functional.softplus(-t * o)), count, samples));
        losses.Add(new(LossKind.PoissonNegativeLogLikelihood, Mean(o.exp() - (t * o)), count, samples));
        if (o.dim() > 1 && o.shape[1] > 1)
        {
            double entropy = t.min().item<double>() >= 0 ? Mean(where(t > 0, t * t.clamp_min(1e-300).log(), zeros_like(t))) : double.NaN;
            var logarithms = functional.log_softmax(o, 1);
            losses.Add(new(LossKind.CrossEntropy, -logarithms.mul(t).sum(1).mean().item<double>(), samples, samples));
            losses.Add(new(LossKind.CrossEntropy, -functional.log_softmax(logarithms.exp(), 1).mul(t).sum(1).mean().item<double>(), samples, samples) { IsActivated = true });
            losses.Add(new(LossKind.KullbackLeibler, entropy - Mean(t * o), count, samples));
        }

        return losses;
    }

    private static List<Candidate> Errors(Tensor difference)
    {
        var size = difference.abs();
        long count = difference.NumberOfElements;
        return
        [
            new(LossKind.MeanSquaredError, Mean(difference.square()), count, difference.shape[0]),
            new(LossKind.MeanAbsoluteError, Mean(size), count, difference.shape[0]),
            new(LossKind.Huber, Mean(where(size < 1, size.square() / 2, size - 0.5)), count, difference.shape[0]),
        ];
    }

    private static RecognizedValue? Match(List<Candidate> candidates, double loss, double tolerance)
    {
        foreach (var reduction in new[] { LossReduction.Mean, LossReduction.Sum, LossReduction.SumPerSample, LossReduction.Opposite, LossReduction.Part })
        {
            foreach (var candidate in candidates)
            {
                if (Factors(candidate, reduction).Any(factor => Math.Abs(loss - (factor * candidate.Mean)) <= tolerance * Math.Abs(loss)))
                {
                    return new RecognizedValue(candidate.Kind, (int)reduction) { IsActivated = candidate.IsActivated };
                }
            }
        }

        return null;
    }

    private static double[] Factors(Candidate candidate, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => [1],
        LossReduction.Sum => candidate.Count > 1 ? [candidate.Count] : [],
        LossReduction.SumPerSample => candidate.Count > candidate.Samples && candidate.Samples > 1 ? [(double)candidate.Count / candidate.Samples] : [],
        LossReduction.Opposite => [-1],
        _ => Parts,
    };

    private static double Mean(Tensor values) => values.mean().item<double>();

    private readonly record struct Candidate(LossKind Kind, double Mean, long Count, long Samples)
    {
        /// <summary>Gets a value indicating whether the output function that the loss contains was taken before.</summary>
        public bool IsActivated { get; init; }
    }
}

/// <summary>How the value of a recognised loss follows from that of each element. The numbers are those of <see cref="Metric.RecognizedReduction"/>.</summary>
internal enum LossReduction
{
    Opposite = -1,
    Mean = 0,
    Sum = 1,
    SumPerSample = 2,
    Part = 3,
    Running = 4,
}

/// <summary>What a loss was recognised as.</summary>
/// <param name="Kind">The loss; null where none gives the number. <see cref="LossKind.Other"/> is the mean probability of the true class.</param>
/// <param name="Reduction">A <see cref="LossReduction"/>.</param>
internal sealed record RecognizedValue(LossKind? Kind, int Reduction)
{
    /// <summary>Gets a value indicating whether the loss was given the softmax or sigmoid of the output, which it takes itself.</summary>
    public bool IsActivated { get; init; }

    /// <summary>Gets a value indicating whether only broadcasting gives the number; null where shapes are equal.</summary>
    public bool? IsBroadcast { get; init; }

    /// <summary>Gets a value indicating whether outputs were reshaped where axes should have been exchanged.</summary>
    public bool IsRegrouped { get; init; }

    /// <summary>Gets the share of the loss that a cross entropy does not explain; null where there is none or a loss was recognised.</summary>
    public double? Remainder { get; init; }

    /// <summary>Gets the class index that was left out; null for none but negative ones.</summary>
    public long? Ignored { get; init; }
}
