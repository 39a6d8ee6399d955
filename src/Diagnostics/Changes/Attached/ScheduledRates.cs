using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Keeps a learning rate multiplied while the program's own schedule changes it.</summary>
/// <remarks>
/// A schedule either multiplies the present rate, which is multiplied already, or computes the rate from one that it kept when it was made, which may have been before the monitor was attached. Schedules
/// change a rate gradually: of the two readings the one by which it moved less holds.
/// </remarks>
internal sealed class ScheduledRates(optim.Optimizer optimizer)
{
    private readonly bool _isUnderWay = optimizer.ParamGroups.Any(group => group.LearningRate != group.InitialLearningRate);
    private double _factor = 1;
    private double[] _known = [];

    /// <summary>Takes a factor that the rates were multiplied by.</summary>
    /// <param name="factor">The factor; above 0.</param>
    public void Scale(double factor) => _factor *= factor;

    /// <summary>Keeps the rates as they are now, to notice when the program changes them.</summary>
    public void Note() => _known = [.. optimizer.ParamGroups.Select(group => group.LearningRate)];

    /// <summary>Multiplies what the program has set since.</summary>
    public void Follow()
    {
        foreach (var (group, known) in optimizer.ParamGroups.Zip(_known))
        {
            double now = group.LearningRate;
            if (_factor != 1 && now > 0 && now != known && (known > 0 ? Math.Abs(Math.Log(now * _factor / known)) < Math.Abs(Math.Log(now / known)) : _isUnderWay))
            {
                group.LearningRate = now * _factor;
            }
        }
    }
}
