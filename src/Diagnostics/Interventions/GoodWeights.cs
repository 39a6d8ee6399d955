using static TorchSharp.torch;

namespace TrainingDoctor.Interventions;

/// <summary>The weights that a training can be led back to: the first, the last few with which it had learned, and those of the step before. Their number does not grow with the run.</summary>
internal sealed class GoodWeights : IDisposable
{
    private const int SnapshotEvery = 10;
    private const int Snapshots = 3;
    private readonly nn.Module _model;
    private readonly List<WeightSnapshot> _ring = [];
    private WeightSnapshot? _previous;
    private WeightSnapshot? _discarded;

    public GoodWeights(nn.Module model)
    {
        _model = model;
        Begin();
    }

    /// <summary>Gets the weights of the step before; null once they were let go of.</summary>
    public WeightSnapshot? Previous => _previous;

    /// <summary>Lets go of what is known, which is worth nothing for another model, and copies the present weights.</summary>
    public void Begin()
    {
        Dispose();
        _ring.Add(new WeightSnapshot(_model));
        _previous = new WeightSnapshot(_model);
    }

    /// <summary>Copies the present weights.</summary>
    /// <param name="step">The present step.</param>
    /// <param name="areGood">Whether they are worth going back to.</param>
    public void Keep(long step, bool areGood)
    {
        _previous!.Take(_model);
        if (step % SnapshotEvery != 0 || !areGood)
        {
            return;
        }

        // The first copy stays, to begin anew from; of the others the oldest one's memory is used again.
        var snapshot = _ring.Count < Snapshots ? new WeightSnapshot(_model) : _ring[1];
        if (_ring.Count >= Snapshots)
        {
            _ring.RemoveAt(1);
            snapshot.Take(_model);
        }

        _ring.Add(snapshot);
    }

    /// <summary>Forgets the last copy, which led straight back into trouble; the first stays.</summary>
    public void ForgetLast()
    {
        if (_ring.Count > 1)
        {
            _ring[^1].Dispose();
            _ring.RemoveAt(_ring.Count - 1);
        }
    }

    /// <summary>Forgets all copies but the first: weights that were learned at a rate which leads nowhere are no place to go on from.</summary>
    public void ForgetLearned()
    {
        _ring[1..].ForEach(snapshot => snapshot.Dispose());
        _ring.RemoveRange(1, _ring.Count - 1);
    }

    /// <summary>Puts the last good weights back.</summary>
    /// <returns>The weights that were given up; they live until the next time.</returns>
    public WeightSnapshot PutBack()
    {
        _discarded?.Dispose();
        _discarded = new WeightSnapshot(_model);
        _ring[^1].Restore(_model);
        _previous!.Take(_model);
        return _discarded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ring.ForEach(snapshot => snapshot.Dispose());
        _ring.Clear();
        _previous?.Dispose();
        _previous = null;
        _discarded?.Dispose();
        _discarded = null;
    }
}
