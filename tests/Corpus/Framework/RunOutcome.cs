namespace TrainingDoctor.Corpus;

/// <summary>How well a run did, measured from outside, without any rule.</summary>
/// <param name="Skill">
/// What the model knows beyond the best constant answer, on its training data: (accuracy - share of the majority) / (1 - that share), or the
/// coefficient of determination. 1 is perfect, 0 no better than a constant; null when it has no meaning.
/// </param>
/// <param name="Training">What came of the loop.</param>
public sealed record RunOutcome(double? Skill, TrainingOutcome Training)
{
    /// <summary>Gets a value indicating whether any loss was NaN or infinite.</summary>
    public bool HasNonFiniteLoss => Training.Losses.Any(loss => !double.IsFinite(loss));

    /// <summary>Gets the best validation loss over the last; far below 1 when validation worsened.</summary>
    public double? ValidationDecline
    {
        get
        {
            double[] losses = [.. Training.Validations.Select(v => v.Score.Loss).OfType<double>()];
            return losses.Length > 0 ? losses.Min() / losses[^1] : null;
        }
    }
}
