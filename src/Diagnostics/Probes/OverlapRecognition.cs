using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingDoctor.Probes;

/// <summary>
/// Finds out whether a loss that is none of the usual ones counts how far what is marked and a mask of 0 and 1 overlap, and whether it takes the output as it is or its sigmoid or softmax.
/// Such losses are written by everybody for himself: over the batch, the sample or the channel, with squares or without, smoothed by one number or another, by themselves or beside a cross entropy.
/// So all of these are tried, and a form counts while it gives the very number of half of the steps that were looked at: one step agrees with one of hundreds by chance, several do not.
/// All of them it need not give, since a fraction whose lower side comes near zero, as that of logits may, is rounded by more than forms differ.
/// </summary>
/// <remarks>Dice loss after Milletari et al. (V-Net, 2016) and Sudre et al. (2017); Jaccard loss, one less intersection over union, after Rahman and Wang (2016).</remarks>
internal sealed class OverlapRecognition
{
    /// <summary>The difference up to which two losses are the same number, as a share of the loss and for itself: sums of single precision are rounded.</summary>
    private const double Tolerance = 2e-5;
    private const double Rounding = 2e-6;

    /// <summary>The relative error of a sum of single precision, as a share of the sum of the magnitudes.</summary>
    private const double Single = 3e-7;

    /// <summary>More doubt than this share of the loss would let any number agree.</summary>
    private const double MostDoubt = 1e-3;

    /// <summary>What programs add to both sides of the fraction, so that an empty mask divides by something.</summary>
    private static readonly double[] Smoothings = [0, 1, 1e-5, 1e-3, 0.1, 10, 100];

    /// <summary>By how many steps a form is known.</summary>
    private const int FewestSteps = 3;

    private readonly Dictionary<int, int> _agreements = [];
    private int _steps;
    private bool _isNone;

    /// <summary>Compares a step.</summary>
    /// <param name="output">What is compared.</param>
    /// <param name="target">With what.</param>
    /// <param name="loss">The loss of the step.</param>
    /// <returns>Null where it is none.</returns>
    public RecognizedOverlap? Recognize(Tensor output, Tensor target, double loss)
    {
        if (_isNone || !output.is_floating_point() || output.dim() < 2 || output.NumberOfElements != target.NumberOfElements || output.NumberOfElements > LossRecognition.MostElements)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var o = output.detach().cpu().to_type(ScalarType.Float64);
        var t = target.detach().cpu().to_type(ScalarType.Float64).reshape(o.shape);
        if (!t.eq(0).logical_or(t.eq(1)).all().item<bool>())
        {
            _isNone = true;
            return null;
        }

        if (t.eq(0).all().item<bool>() || t.eq(1).all().item<bool>())
        {
            // Of nothing but background all forms say the same.
            return null;
        }

        _steps++;
        var forms = Forms(o, t).ToList();
        var agreeing = Enumerable.Range(0, forms.Count).Where(form => Math.Abs(loss - forms[form].Value) <= Rounding + (Tolerance * Math.Abs(loss)) + Math.Min(forms[form].Doubt, MostDoubt * Math.Abs(loss))).ToList();
        foreach (int form in agreeing)
        {
            _agreements[form] = _agreements.GetValueOrDefault(form) + 1;
        }

        int most = _agreements.Count > 0 ? _agreements.Values.Max() : 0;
        _isNone = 2 * most < _steps;
        return _isNone ? null : new RecognizedOverlap(
            most >= FewestSteps && agreeing.Exists(form => _agreements[form] == most),
            _agreements.All(pair => pair.Value < most || forms[pair.Key].Marking == Marking.Bare),
            _agreements.All(pair => pair.Value < most || forms[pair.Key].Marking == Marking.Sigmoid),
            o.lt(0).logical_or(o.gt(1)).to_type(ScalarType.Float64).mean().item<double>());
    }

    private static IEnumerable<Form> Forms(Tensor o, Tensor t)
    {
        double entropy = functional.binary_cross_entropy_with_logits(o, t).item<double>();
        foreach (var (marked, marking) in Markings(o))
        {
            foreach (long[] together in Groups(o))
            {
                foreach (var (overlap, doubt) in Overlaps(marked, t, together))
                {
                    yield return new(1 - overlap, doubt, marking);
                    yield return new(-overlap, doubt, marking);
                    yield return new(entropy + 1 - overlap, doubt, marking);
                    yield return new((entropy + 1 - overlap) / 2, doubt, marking);
                }
            }
        }
    }

    private static IEnumerable<(Tensor Marked, Marking Marking)> Markings(Tensor o)
    {
        yield return (o, Marking.Bare);
        yield return (o.sigmoid(), Marking.Sigmoid);
        yield return o.shape[1] > 1 ? (o.softmax(1), Marking.Softmax) : (o.sigmoid(), Marking.Sigmoid);
    }

    /// <summary>The dimensions that one fraction is counted over: all, those of a sample, those of a channel of a sample, those of a channel of all samples.</summary>
    private static IEnumerable<long[]> Groups(Tensor o)
    {
        long[] all = [.. Enumerable.Range(0, (int)o.dim()).Select(dimension => (long)dimension)];
        yield return all;
        yield return all[1..];
        yield return o.dim() > 2 ? all[2..] : all;
        yield return [0, .. all[2..]];
    }

    private static IEnumerable<(double Overlap, double Doubt)> Overlaps(Tensor marked, Tensor t, long[] together)
    {
        var shared = (marked * t).sum(together);
        var (plain, squared) = (marked.sum(together) + t.sum(together), marked.square().sum(together) + t.sum(together));
        var size = marked.abs().sum(together) + t.sum(together);
        foreach (double smoothing in Smoothings)
        {
            yield return Fraction((2 * shared) + smoothing, plain + smoothing);
            yield return Fraction(2 * shared, plain + smoothing);
            yield return Fraction((2 * shared) + smoothing, squared + smoothing);
            yield return Fraction(2 * shared, squared + smoothing);
            yield return Fraction(shared + smoothing, plain - shared + smoothing);
        }

        (double Overlap, double Doubt) Fraction(Tensor above, Tensor below) => (Mean(above / below), Single * Mean((above / below).abs() * size / below.abs()));
    }

    private static double Mean(Tensor values) => values.mean().item<double>();

    /// <summary>What a loss would be, how far single precision may be off where its sums cancel out, and of what it is.</summary>
    private readonly record struct Form(double Value, double Doubt, Marking Marking);

    private enum Marking
    {
        Bare,
        Sigmoid,
        Softmax,
    }
}

/// <summary>A loss that counts overlaps.</summary>
/// <param name="IsKnown">Whether enough steps agreed, this one among them; what was not known before may be said to be none later.</param>
/// <param name="IsBare">Whether it counts what it is given, not its sigmoid or softmax.</param>
/// <param name="IsSigmoid">Whether it counts the sigmoid.</param>
/// <param name="Outside">The share of what it is given that lies outside 0 to 1.</param>
internal readonly record struct RecognizedOverlap(bool IsKnown, bool IsBare, bool IsSigmoid, double Outside);
