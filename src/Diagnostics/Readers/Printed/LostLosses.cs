namespace TrainingDoctor.Readers.Printed;

/// <summary>Losses that are no longer printed since they are NaN, as Megatron does: a record of the same shape as those with a loss, whose gradient is lost too, lost it.</summary>
internal sealed class LostLosses
{
    private string _shape = string.Empty;

    /// <summary>Takes down what a record tells.</summary>
    /// <param name="shape">What its first number is called.</param>
    /// <param name="hasLoss">Whether it tells a loss.</param>
    /// <param name="lostGradient">Whether its gradient is NaN or infinite.</param>
    /// <returns>Whether it lost a loss that others of its shape tell.</returns>
    public bool Note(string shape, bool hasLoss, bool lostGradient)
    {
        _shape = hasLoss ? shape : _shape;
        return !hasLoss && lostGradient && shape.Length > 0 && shape == _shape;
    }
}
