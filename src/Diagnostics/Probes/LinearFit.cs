using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// What a linear map of the inputs would answer, fitted to the batches before the present one by ridge regression (Hoerl and Kennard 1970, Technometrics 12(1), https://doi.org/10.1080/00401706.1970.10488634): an
/// answer that a network should not stay behind. Each batch is told before it is learnt from, so that nothing is known by heart (Dawid 1984, prequential assessment).
/// </summary>
/// <param name="suits">Whether the model takes one tensor and nothing else, and its loss may be a mean of squares.</param>
internal sealed class LinearFit(bool suits) : IDisposable
{
    private const int Dense = 256;
    private const int Period = 16;
    private const int MostFeatures = 64;
    private const int MostTargets = 16;
    private const int MostRows = 512;

    /// <summary>Different rows for each feature before an answer is worth anything.</summary>
    private const int RowsPerFeature = 8;
    private const double Ridge = 1e-6;
    private readonly HashSet<(double, double)> _rows = [];
    private bool _suits = suits;
    private Tensor? _inputs;
    private Tensor? _products;
    private Tensor? _answers;
    private double? _error;
    private int _calls;
    private long _looked;
    private long _samples;

    /// <summary>Takes a call of the model, of which there may be one in a step: of several nobody knows whose targets they are.</summary>
    /// <param name="input">What went in, of the shape (samples, …).</param>
    public void AddCall(Tensor input)
    {
        if (_calls++ > 0)
        {
            Forget();
            return;
        }

        bool wants = _suits && (_looked < Dense || _looked % Period == 0);
        _looked++;
        if (!wants || !input.is_floating_point() || input.dim() < 2 || input.is_sparse || input.shape[0] < 2 || input.NumberOfElements / input.shape[0] is not (> 0 and <= MostFeatures))
        {
            return;
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _samples = input.shape[0];
        var rows = Told(input);
        _inputs = cat([rows, ones(rows.shape[0], 1, ScalarType.Float64)], 1).DetachFromDisposeScope();
    }

    /// <summary>Takes what the outputs are compared with. The first of a step counts.</summary>
    /// <param name="target">The target, of the shape (samples, …).</param>
    public void AddTarget(Tensor target)
    {
        // Classes are no numbers, in this step and in all that follow.
        _suits &= target.is_floating_point();

        // An input that is to be given back is known to a linear map, and is no measure of a network that must squeeze it.
        if (_inputs is null || !target.is_floating_point() || target.is_sparse || target.dim() == 0 || target.shape[0] != _samples
            || target.NumberOfElements / _samples is not (> 0 and <= MostTargets and var width) || (width > 1 && width == _inputs.shape[1] - 1))
        {
            return;
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var answers = Told(target);
        if (!_inputs.isfinite().all().item<bool>() || !answers.isfinite().all().item<bool>() || (_products is not null && (_products.shape[0] != _inputs.shape[1] || _answers!.shape[1] != width)))
        {
            return;
        }

        if (_products is not null && _rows.Count >= RowsPerFeature * _inputs.shape[1])
        {
            var map = linalg.solve(_products + diag((_products.diagonal() * Ridge) + 1e-300), _answers!);
            _error = (_inputs.matmul(map) - answers).square().mean().item<double>();
        }
        else
        {
            Count(_inputs);
        }

        Learn(_inputs.t().matmul(_inputs), ref _products);
        Learn(_inputs.t().matmul(answers), ref _answers);
        Forget();
    }

    /// <summary>Tells what was measured of the step, and ends it.</summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(Action<Metric, int, double> observe)
    {
        if (_error is { } error && _calls == 1 && double.IsFinite(error))
        {
            observe(Metric.LinearFitError, ScopeTable.Run, error);
        }

        Forget();
        (_error, _calls) = (null, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _products?.Dispose();
        _answers?.Dispose();
    }

    private static Tensor Told(Tensor batch) => batch.detach().narrow(0, 0, Math.Min(MostRows, batch.shape[0])).reshape(Math.Min(MostRows, batch.shape[0]), -1).to(ScalarType.Float64).cpu();

    private static void Learn(Tensor further, ref Tensor? known)
    {
        if (known is null)
        {
            known = further.DetachFromDisposeScope();
        }
        else
        {
            known.add_(further);
        }
    }

    /// <summary>Counts rows that differ: the same few again and again are learnt by heart.</summary>
    private void Count(Tensor inputs)
    {
        using var weights = arange(1, inputs.shape[1] + 1, ScalarType.Float64).sqrt();
        double[] first = inputs.matmul(weights).data<double>().ToArray();
        double[] second = inputs.square().matmul(weights).data<double>().ToArray();
        _rows.UnionWith(first.Zip(second));
    }

    private void Forget()
    {
        _inputs?.Dispose();
        _inputs = null;
    }
}
