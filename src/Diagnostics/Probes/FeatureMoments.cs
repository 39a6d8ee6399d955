using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Mean and variance of every feature over the rows of many batches. Of rows with many features, the channels alone.</summary>
internal sealed class FeatureMoments
{
    private const long MostFeatures = 4096;
    private double[] _sums = [];
    private double[] _squares = [];

    /// <summary>Gets the number of batches taken.</summary>
    public int Batches { get; private set; }

    /// <summary>Gets the number of rows taken.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets the number of features.</summary>
    public int Width => _sums.Length;

    /// <summary>Gets the mean over the features of their variance.</summary>
    public double MeanVariance => Enumerable.Range(0, Width).Average(Variance);

    /// <summary>Gets the mean of a feature.</summary>
    public double Mean(int feature) => _sums[feature] / Rows;

    /// <summary>Gets the variance of a feature.</summary>
    public double Variance(int feature) => Math.Max(0, (_squares[feature] / Rows) - (Mean(feature) * Mean(feature)));

    /// <summary>Takes a batch; one of another width than the first is left out.</summary>
    public void Add(Tensor batch)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var rows = batch.detach().to_type(ScalarType.Float64).reshape(batch.shape[0], -1);
        if (rows.shape[1] > MostFeatures)
        {
            rows = batch.dim() > 2 && batch.shape[1] <= MostFeatures ? rows.reshape(batch.shape[0], batch.shape[1], -1).mean([2L]) : rows.mean([1L], keepdim: true);
        }

        double[] sums = [.. rows.sum([0L]).cpu().data<double>()];
        double[] squares = [.. rows.square().sum([0L]).cpu().data<double>()];
        if (Batches > 0 && sums.Length != Width)
        {
            return;
        }

        if (Batches == 0)
        {
            (_sums, _squares) = (new double[sums.Length], new double[sums.Length]);
        }

        for (int feature = 0; feature < sums.Length; feature++)
        {
            _sums[feature] += sums[feature];
            _squares[feature] += squares[feature];
        }

        Batches++;
        Rows += rows.shape[0];
    }
}
