using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Values below a line that names them, each behind what counts it: <c>History (loss, distributed):</c> over <c>round 1: 2.3</c>, <c>round 2: 1.9</c>.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class HeadedValues(TextRoles roles)
{
    private const int LongestHeading = 60;

    private string _name = string.Empty;

    /// <summary>Takes a line without numbers: one that ends as headings do may name what is measured below it, any other ends it.</summary>
    public void ReadHeading(string line)
    {
        string text = line.Trim(' ', '\t', '*', '=', '-', '#');
        if (text.Length > 0)
        {
            _name = text.Length < LongestHeading && text[^1] == ':' && roles.Of(text[..^1]).Kind == RoleKind.Metric ? text[..^1] : string.Empty;
        }
    }

    /// <summary>Names the value of a line that only counts it.</summary>
    /// <param name="numbers">The numbers of the line; changed in place.</param>
    public void Name(List<LabelledNumber> numbers)
    {
        if (_name.Length > 0 && numbers is [{ Aside: NumberAside.None, Total: 0 } counter, { Label.Length: 0, Aside: NumberAside.None, Total: 0 } value]
            && counter.Value == Math.Floor(counter.Value) && (counter.IsBareCounter || roles.Of(counter.Label).Kind is RoleKind.Step or RoleKind.Epoch || ColumnName.Words(counter.Label) is ["round" or "generation" or "fold" or "cycle"]))
        {
            numbers[0] = roles.Of(counter.Label).Kind is RoleKind.Step or RoleKind.Epoch ? counter : counter with { Label = "step", IsAssigned = true, IsBareCounter = false };
            numbers[1] = value with { Label = _name, IsAssigned = true };
        }
    }
}
