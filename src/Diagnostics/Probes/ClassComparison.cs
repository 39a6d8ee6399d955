using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Lays the classes of a validation beside those of the training: classes that training never had, and answers that are right but for the classes' names.</summary>
/// <param name="ignored">The index that the loss leaves out, as it says itself; null where it does not say.</param>
internal sealed class ClassComparison(long? ignored = null)
{
    private const int MostClasses = 256;
    private const long FewestLabels = 48;
    private const long NoAnswer = -1;
    private const long MostElements = 1 << 22;

    /// <summary>Of larger batches every second sample, or third, … is looked at.</summary>
    private const long MostLookedAt = 1 << 19;

    /// <summary>How often training should have had a class that is missing from it: below, chance may have left it out.</summary>
    private const double FewestExpected = 20;

    private readonly Dictionary<long, long> _trained = [];
    private long _labels;
    private long _turn;
    private Dictionary<(long Target, long Answer), long> _answers = [];

    /// <summary>Takes what the loss of a training step compares.</summary>
    /// <param name="prediction">The shape of the outputs.</param>
    /// <param name="target">The targets; what are no class indices is left out.</param>
    public void AddTraining(long[] prediction, Tensor target)
    {
        if (DimensionOf(prediction, target) is not { } dimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var labels = Part(prediction, target)[0].detach().flatten().to(ScalarType.Int64);
        foreach (var (label, count) in Counted(labels.masked_select(Counts(labels, prediction[dimension]))))
        {
            _trained[label] = _trained.GetValueOrDefault(label) + count;
            _labels += count;
        }
    }

    /// <summary>Takes what the loss of an evaluation compares.</summary>
    /// <param name="prediction">The outputs.</param>
    /// <param name="target">The targets; what are no class indices is left out.</param>
    public void AddEvaluation(Tensor prediction, Tensor target)
    {
        if (!prediction.is_floating_point() || DimensionOf(prediction.shape, target) is not { } dimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var parts = Part(prediction.shape, prediction, target);
        (prediction, target) = (parts[0], parts[1]);

        // One number for each pair, so that the counting is done where the tensors are; of more classes only the targets are counted.
        long classes = prediction.shape[dimension];
        bool areCompared = classes <= MostClasses;
        var labels = target.detach().flatten().to(ScalarType.Int64);
        var pairs = areCompared ? (labels * classes) + prediction.detach().argmax(dimension).flatten() : labels;
        foreach (var (pair, count) in Counted(pairs.masked_select(Counts(labels, classes))))
        {
            var key = areCompared ? (pair / classes, pair % classes) : (pair, NoAnswer);
            _answers[key] = _answers.GetValueOrDefault(key) + count;
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

        if (targets.Count is >= 2 and <= MostClasses && answers.Keys.All(pair => pair.Answer != NoAnswer))
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

    /// <summary>Returns samples from all over a batch, others each time: batches may hold one class before the other.</summary>
    /// <param name="shape">The shape of the outputs.</param>
    /// <param name="parts">What has a row for each sample.</param>
    private Tensor[] Part(long[] shape, params Tensor[] parts)
    {
        long stride = (Elements(shape) + MostLookedAt - 1) / MostLookedAt;
        long first = _turn++ % Math.Min(stride, shape[0]);
        return stride == 1 ? parts : [.. parts.Select(part => part.slice(0, first, shape[0], stride))];
    }

    private static long Elements(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private Tensor Counts(Tensor labels, long classes)
    {
        var known = labels.ge(0).logical_and(labels.lt(classes));
        return ignored is { } index ? known.logical_and(labels.ne(index)) : known;
    }

    /// <summary>Counts how often each number occurs.</summary>
    /// <param name="numbers">Small numbers from 0 on, with one dimension.</param>
    private static IEnumerable<(long Number, long Count)> Counted(Tensor numbers)
    {
        var counts = bincount(numbers);
        var occurring = counts.nonzero().flatten();
        return occurring.cpu().data<long>().ToArray().Zip(counts.index_select(0, occurring).cpu().data<long>().ToArray());
    }

    /// <summary>Finds the dimension of a prediction that counts classes; null where the target is no class index for each of its rows.</summary>
    private static int? DimensionOf(long[] shape, Tensor target)
    {
        if (target.is_floating_point() || shape.Length < 2 || Elements(shape) is 0 or > MostElements)
        {
            return null;
        }

        return shape[1] > 1 && target.shape.SequenceEqual([shape[0], .. shape[2..]]) ? 1
            : shape[^1] > 1 && target.shape.AsSpan().SequenceEqual(shape.AsSpan()[..^1]) ? shape.Length - 1
            : null;
    }
}
