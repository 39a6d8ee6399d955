namespace TrainingDoctor.Datasets;

/// <summary>Rows of features, each with one target, as plain arrays. Immutable: every operation returns a new set.</summary>
public sealed class Dataset
{
    /// <summary>Creates a data set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What its targets are.</param>
    /// <param name="features">The features, row after row: <paramref name="targets"/>.Length times <paramref name="featureCount"/> numbers.</param>
    /// <param name="featureCount">The number of features of a row.</param>
    /// <param name="targets">One target per row.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public Dataset(string name, DatasetKind kind, float[] features, int featureCount, float[] targets)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        if (features.Length != targets.Length * featureCount)
        {
            throw new ArgumentException($"{targets.Length} rows of {featureCount} features need {targets.Length * featureCount} numbers, not {features.Length}.", nameof(features));
        }

        (Name, Kind, Features, FeatureCount, Targets) = (name, kind, features, featureCount, targets);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets what the targets are.</summary>
    public DatasetKind Kind { get; }

    /// <summary>Gets the features, row after row. Not to be changed.</summary>
    public float[] Features { get; }

    /// <summary>Gets the number of features of a row.</summary>
    public int FeatureCount { get; }

    /// <summary>Gets one target per row: a class index from 0, or a real number. Not to be changed.</summary>
    public float[] Targets { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Count => Targets.Length;

    /// <summary>Gets the number of classes; 0 when the targets are real numbers.</summary>
    public int ClassCount => Kind == DatasetKind.Classes && Count > 0 ? (int)Targets.Max() + 1 : 0;

    /// <summary>Gets the targets as class indices.</summary>
    public long[] Labels() => [.. Targets.Select(target => (long)target)];

    /// <summary>Multiplies all features by one number.</summary>
    /// <param name="factor">The number.</param>
    public Dataset Scale(float factor) => WithFeatures([.. Features.Select(value => value * factor)]);

    /// <summary>Brings every feature to mean 0 and standard deviation 1; features that do not vary become 0.</summary>
    public Dataset Standardize() => WithFeatures(Columns.Standardize(Features, FeatureCount));

    /// <summary>Brings every feature to the range from 0 to 1; features that do not vary become 0.</summary>
    public Dataset Normalize() => WithFeatures(Columns.Normalize(Features, FeatureCount));

    /// <summary>Brings the targets to mean 0 and standard deviation 1.</summary>
    public Dataset StandardizeTargets() => new(Name, Kind, Features, FeatureCount, Columns.Standardize(Targets, 1));

    /// <summary>Picks rows by their indices, in the order given.</summary>
    /// <param name="rows">The indices.</param>
    public Dataset Take(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var features = new float[rows.Count * FeatureCount];
        var targets = new float[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            Array.Copy(Features, rows[i] * FeatureCount, features, i * FeatureCount, FeatureCount);
            targets[i] = Targets[rows[i]];
        }

        return new Dataset(Name, Kind, features, FeatureCount, targets);
    }

    /// <summary>Shuffles the rows.</summary>
    /// <param name="seed">Decides the order; the same on every machine.</param>
    public Dataset Shuffle(int seed)
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        new Random(seed).Shuffle(rows);
        return Take(rows);
    }

    /// <summary>Shuffles the rows and keeps the first part of them for training, the rest for validation.</summary>
    /// <param name="seed">Decides which rows go where.</param>
    /// <param name="trainingFraction">The share of rows for training, between 0 and 1.</param>
    public (Dataset Training, Dataset Validation) Split(int seed, double trainingFraction = 0.8)
    {
        var shuffled = Shuffle(seed);
        int count = (int)Math.Round(Count * trainingFraction);
        return (shuffled.Take([.. Enumerable.Range(0, count)]), shuffled.Take([.. Enumerable.Range(count, Count - count)]));
    }

    private Dataset WithFeatures(float[] features) => new(Name, Kind, features, FeatureCount, Targets);
}
