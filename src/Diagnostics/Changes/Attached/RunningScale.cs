using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Brings every feature of a model's input to mean 0 and standard deviation 1 of the training samples seen so far (Welford 1962, in the form of Chan et al. 1983 for batches).</summary>
internal sealed class RunningScale : IDisposable
{
    /// <summary>From here on the scale stays, so that training goes on with inputs that mean the same.</summary>
    private const int MostBatches = 200;

    /// <summary>The least deviation, as a share of the largest feature's: a feature that does not vary stays at zero.</summary>
    private const double LeastShare = 1e-3;

    private Tensor? _mean;
    private Tensor? _squares;
    private long _samples;
    private int _batches;

    /// <summary>Scales an input.</summary>
    /// <param name="input">The input; the first dimension counts samples.</param>
    /// <param name="isTraining">Whether its samples count for the scale.</param>
    /// <returns>Null where it has no scale: whole numbers, a single number, or samples of another shape than those before.</returns>
    public Tensor? Apply(Tensor input, bool isTraining)
    {
        if (!input.is_floating_point() || input.dim() < 2 || input.shape[0] == 0)
        {
            return null;
        }

        if (isTraining || !IsKnown)
        {
            Note(input);
        }

        using var scope = NewDisposeScope();
        return Of(input) is var (mean, divisor) ? ((input - mean) / divisor).MoveToOuterDisposeScope() : null;
    }

    /// <summary>Gets a value indicating whether a batch has been seen that has a scale.</summary>
    public bool IsKnown => _mean is not null;

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The batch; the first dimension counts samples.</param>
    public void Note(Tensor batch)
    {
        if (_batches < MostBatches && batch.is_floating_point() && batch.dim() >= 2 && batch.shape[0] > 0 && (_mean is null || Suits(batch)))
        {
            Take(batch);
        }
    }

    /// <summary>Returns what a batch is to be shifted and divided by.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>Null where nothing is known yet, or its samples have another shape.</returns>
    public (Tensor Mean, Tensor Divisor)? Of(Tensor batch)
    {
        if (_mean is null || !Suits(batch))
        {
            return null;
        }

        var variance = _squares! / tensor((double)_samples, ScalarType.Float64, _squares!.device);
        var deviation = variance.sqrt();
        var least = (deviation.max() * tensor(LeastShare, ScalarType.Float64, deviation.device)).maximum(tensor(1e-15, ScalarType.Float64, deviation.device));
        return (_mean.to(batch.device).to(batch.dtype), deviation.maximum(least).to(batch.device).to(batch.dtype));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean?.Dispose();
        _squares?.Dispose();
    }

    private bool Suits(Tensor batch) => _mean!.shape.AsSpan(1).SequenceEqual(batch.shape.AsSpan(1));

    private void Take(Tensor input)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var values = input.detach().to_type(ScalarType.Float64);
        if (!values.isfinite().all().item<bool>())
        {
            return;
        }

        long count = input.shape[0];
        var mean = values.mean([0L], keepdim: true);
        var squares = (values - mean).square().sum([0L], keepdim: true);
        if (_mean is { } before && _squares is { } spread)
        {
            double all = _samples + count;
            var way = mean - before;
            squares = squares + spread + (way.square() * tensor(_samples * count / all, ScalarType.Float64, way.device));
            mean = before + (way * tensor(count / all, ScalarType.Float64, way.device));
            before.Dispose();
            spread.Dispose();
        }

        (_mean, _squares) = (mean.DetachFromDisposeScope(), squares.DetachFromDisposeScope());
        _samples += count;
        _batches++;
    }
}
