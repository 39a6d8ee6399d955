namespace TrainingDoctor.Corpus;

/// <summary>Turns data sets into the tensors of a run.</summary>
internal static class Samples
{
    /// <summary>Targets as class indices: shape (n).</summary>
    public static TrainingData ToClasses(this (Dataset Training, Dataset Validation) split) => Make(split, set => tensor(set.Labels()));

    /// <summary>Targets as one number per row: shape (n, 1).</summary>
    public static TrainingData ToValues(this (Dataset Training, Dataset Validation) split) => Make(split, Column);

    /// <summary>Targets as one row of zeros with a one: shape (n, classes).</summary>
    public static TrainingData ToOneHot(this (Dataset Training, Dataset Validation) split, int classes) =>
        Make(split, set => functional.one_hot(tensor(set.Labels()), classes).to_type(ScalarType.Float32));

    /// <summary>Targets as numbers, without a dimension for the output: shape (n).</summary>
    public static TrainingData ToFlatValues(this (Dataset Training, Dataset Validation) split) => Make(split, set => tensor(set.Targets));

    /// <summary>The input itself as the target.</summary>
    public static TrainingData ToReconstruction(this (Dataset Training, Dataset Validation) split) => Make(split, Matrix);

    /// <summary>Gives inputs another shape; the number of rows stays.</summary>
    public static TrainingData Reshape(this TrainingData data, params long[] shape) => data.Map(input => input.reshape([input.shape[0], .. shape]));

    /// <summary>Changes the inputs of training and validation.</summary>
    public static TrainingData Map(this TrainingData data, Func<Tensor, Tensor> change) => new(
        data.Training with { Input = change(data.Training.Input) },
        data.Validation is { } validation ? validation with { Input = change(validation.Input) } : null);

    /// <summary>Changes the targets of training and validation.</summary>
    public static TrainingData MapTargets(this TrainingData data, Func<Tensor, Tensor> change) => new(
        data.Training with { Target = change(data.Training.Target) },
        data.Validation is { } validation ? validation with { Target = change(validation.Target) } : null);

    /// <summary>Leaves out the validation.</summary>
    public static TrainingData WithoutValidation(this TrainingData data) => data with { Validation = null };

    /// <summary>Training data only, of rows given one by one.</summary>
    public static TrainingData Rows(float[,] inputs, float[] targets) => new(new TrainingBatch(tensor(inputs), tensor(targets).reshape(-1, 1)), null);

    /// <summary>Digits as images of 8 by 8: shape (n, 1, 8, 8), pixels from 0 to 1, targets as class indices.</summary>
    public static TrainingData DigitImages(int seed, int rows = 800) => Digits(seed, rows).Reshape(1, 8, 8);

    /// <summary>Digits as rows of 64, pixels from 0 to 1, targets as class indices.</summary>
    public static TrainingData Digits(int seed, int rows = 800) => DigitRows(seed, rows).ToClasses();

    /// <summary>Some digits, split; pixels from 0 to 1.</summary>
    public static (Dataset Training, Dataset Validation) DigitRows(int seed, int rows = 800) =>
        RealData.Digits().Scale(1 / 16f).Shuffle(seed).Take([.. Enumerable.Range(0, rows)]).Split(seed);

    private static TrainingData Make((Dataset Training, Dataset Validation) split, Func<Dataset, Tensor> target) => new(
        new TrainingBatch(Matrix(split.Training), target(split.Training)),
        split.Validation.Count > 0 ? new TrainingBatch(Matrix(split.Validation), target(split.Validation)) : null);

    private static Tensor Matrix(Dataset set) => tensor(set.Features).reshape(set.Count, set.FeatureCount);

    private static Tensor Column(Dataset set) => tensor(set.Targets).reshape(set.Count, 1);
}
