using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Lays the classes of a validation beside those of the training: classes that training never had, and answers that are right but for the classes' names.</summary>
/// <param name="ignored">The index that the loss leaves out, as it says itself; null where it does not say.</param>
internal sealed class ClassComparison(long? ignored = null)
{
    private const int MostClasses = 256;
    private const long FewestLabels = 48;
    private const long MostElements = 1 << 22;

    /// <summary>How often training should have had a class that is missing from it: below, chance may have left it out.</summary>
    private const double FewestExpected = 20;

    private readonly Dictionary<long, long> _trained = [];
    private long _labels;
    private Dictionary<(long Target, long Answer), long> _answers = [];

    /// <summary>Takes what the loss of a training step compares.</summary>
    /// <param name="prediction">The outputs.</param>
    /// <param name="target">The targets; what are no class indices is left out.</param>
    public void AddTraining(Tensor prediction, Tensor target)
    {
        if (DimensionOf(prediction, target) is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (long label in Indices(target).Where(Counts))
        {
            _trained[label] = _trained.GetValueOrDefault(label) + 1;
            _labels++;
        }
    }

    /// <summary>Takes what the loss of an evaluation compares.</summary>
    /// <param name="prediction">The outputs.</param>
    /// <param name="target">The targets; what are no class indices is left out.</param>
    public void AddEvaluation(Tensor prediction, Tensor target)
    {
        if (DimensionOf(prediction, target) is not { } dimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var pair in Indices(target).Zip(Indices(prediction.argmax(dimension))).Where(pair => Counts(pair.First)))
        {
            _answers[pair] = _answers.GetValueOrDefault(pair) + 1;
        }
    }

    /// <summary>
    /// Tells what was seen since the last validation, and begins anew. A training of one class has another fault than a class that it lacks, and answers that do not tell classes apart are called by no
    /// other names.
    /// </summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Take(Action<Metric, double> observe)
    {
        var answers = _answers;
        _answers = [];
        double count = answers.Values.Sum();
        if (count < FewestLabels)
        {
            return;
        }

        var targets = answers.GroupBy(pair => pair.Key.Target).Select(group => (Class: group.Key, Count: group.Sum(pair => pair.Value))).ToList();
        if (_labels >= FewestLabels && _trained.Count > 1)
        {
            observe(Metric.ValidationUnknownClassFraction, targets.Where(target => !_trained.ContainsKey(target.Class) && _labels * target.Count / count >= FewestExpected).Sum(target => target.Count) / count);
        }

        if (targets.Count is >= 2 and <= MostClasses)
        {
            double renamed = Renamed(answers);
            if (renamed > ReachedByOneAnswer(targets.Max(target => target.Count), count))
            {
                observe(Metric.ValidationAgreement, answers.Where(pair => pair.Key.Target == pair.Key.Answer).Sum(pair => pair.Value) / count);
                observe(Metric.ValidationRenamedAgreement, renamed / count);
            }
        }
    }

    /// <summary>Returns how many answers renaming makes right where all samples get one answer, or one by chance: those of the most frequent class, and three standard deviations more.</summary>
    private static double ReachedByOneAnswer(double most, double count) => most + (3 * Math.Sqrt(most * (count - most) / count));

    /// <summary>Finds the number of right answers under a good renaming: the most frequent pairs first, each class once on either side.</summary>
    private static long Renamed(Dictionary<(long Target, long Answer), long> answers)
    {
        var (targets, given) = (new HashSet<long>(), new HashSet<long>());
        long right = 0;
        foreach (var ((target, answer), count) in answers.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key))
        {
            if (!targets.Contains(target) && given.Add(answer))
            {
                targets.Add(target);
                right += count;
            }
        }

        return right;
    }

    private bool Counts(long label) => label >= 0 && label != ignored;

    private static IEnumerable<long> Indices(Tensor tensor) => tensor.detach().to(ScalarType.Int64).cpu().flatten().contiguous().data<long>().ToArray();

    /// <summary>Finds the dimension of a prediction that counts classes; null where the target is no class index for each of its rows.</summary>
    private static long? DimensionOf(Tensor prediction, Tensor target)
    {
        if (target.is_floating_point() || !prediction.is_floating_point() || prediction.dim() < 2 || prediction.NumberOfElements is 0 or > MostElements)
        {
            return null;
        }

        long[] shape = prediction.shape;
        return shape[1] > 1 && target.shape.SequenceEqual([shape[0], .. shape[2..]]) ? 1
            : shape[^1] > 1 && target.shape.AsSpan().SequenceEqual(shape.AsSpan()[..^1]) ? prediction.dim() - 1
            : null;
    }
}
