using TorchSharp;

namespace TrainingDoctor.Interventions;

/// <summary>Limits how far weights go in one step, by the middle of the steps so far. With plain SGD that is the same as clipping the gradient's norm.</summary>
internal sealed class StepLimit
{
    private const int Window = 100;
    private const int Least = 5;
    private readonly Queue<double> _lengths = new();

    /// <summary>Gets a value indicating whether steps are limited.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Gets the limit.</summary>
    public double Length { get; private set; }

    /// <summary>Takes a step, and shortens it when it is too long.</summary>
    /// <param name="model">The model after the step.</param>
    /// <param name="before">The weights before it.</param>
    public void Apply(torch.nn.Module model, WeightSnapshot before)
    {
        double length = before.DistanceTo(model);
        if (IsOn && length > Length)
        {
            before.Shorten(model, Length / length);
        }
        else if (double.IsFinite(length))
        {
            _lengths.Enqueue(length);
            if (_lengths.Count > Window)
            {
                _lengths.Dequeue();
            }
        }
    }

    /// <summary>Limits steps from here on.</summary>
    /// <returns>False when too few steps were seen.</returns>
    public bool TurnOn()
    {
        if (_lengths.Count < Least)
        {
            return false;
        }

        Length = _lengths.Order().ElementAt(_lengths.Count / 2);
        return IsOn = Length > 0;
    }

    /// <summary>Lets steps be as long as they are.</summary>
    public void TurnOff() => IsOn = false;
}
