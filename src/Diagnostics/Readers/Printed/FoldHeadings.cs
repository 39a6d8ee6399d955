using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary><c>Fold 2/5</c> on a line that measures nothing heads another training, of as little as one row.</summary>
internal sealed class FoldHeadings
{
    private double _fold = double.NaN;

    /// <summary>Tells whether a line that measures nothing heads another fold than that of the lines before it.</summary>
    /// <param name="numbers">The numbers of the line.</param>
    public bool Begins(List<LabelledNumber> numbers)
    {
        int fold = numbers.FindIndex(number => number.Aside == NumberAside.None && number.Value == Math.Floor(number.Value) && ColumnName.Words(number.Label) is [.., "fold"] or [.., "trial"] or [.., "repeat"] or [.., "repetition"]);
        if (fold < 0 || numbers[fold].Value == _fold)
        {
            return false;
        }

        bool isAnother = double.IsFinite(_fold);
        _fold = numbers[fold].Value;
        return isAnother;
    }
}
