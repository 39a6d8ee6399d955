using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Knows what lines show again that was measured once.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class CarriedValues(TextRoles roles)
{
    private readonly Dictionary<int, double> _shown = [];
    private double _before = double.NaN;
    private double _current = double.NaN;

    /// <summary>Takes note of a loss of training.</summary>
    public void Note(double loss) => (_before, _current) = (_current, loss);

    /// <summary>
    /// A bar goes on showing what was measured once: an evaluation, or what has a newer twin in the line. So does a line of each step show the last validation loss, beside a loss that is new.
    /// </summary>
    /// <param name="column">The column of the number.</param>
    /// <param name="role">Its role.</param>
    /// <param name="number">The number.</param>
    /// <param name="numbers">All numbers of its record.</param>
    /// <param name="carries">Whether the line is drawn again and again.</param>
    /// <param name="countsSteps">Whether it tells a step.</param>
    /// <returns>Whether it shows again what was measured before.</returns>
    public bool Take(int column, ColumnRole role, LabelledNumber number, List<LabelledNumber> numbers, bool carries, bool countsSteps)
    {
        if (double.IsNaN(number.Value) || role.Metric == Metric.LearningRate || !(carries || countsSteps))
        {
            return false;
        }

        bool isShown = _shown.TryGetValue(column, out double last) && last == number.Value;
        _shown[column] = number.Value;
        if (!isShown)
        {
            return false;
        }

        if (!carries)
        {
            return role is { Metric: Metric.Loss, Phase: ColumnPhase.Validation } && _current != _before;
        }

        return role.Phase is ColumnPhase.Validation or ColumnPhase.Test
            || numbers.Exists(other => other.Label != number.Label && roles.Of(other.Label) is { Kind: RoleKind.Metric } twin && twin.Metric == role.Metric && twin.Phase is ColumnPhase.Unknown or ColumnPhase.Train && twin.Rank >= role.Rank);
    }
}
