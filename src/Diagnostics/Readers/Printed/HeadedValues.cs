using System.Text.RegularExpressions;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Values below a line that names them: one alone, as in <c>Training loss:</c> over <c>2.31</c>, or several, each behind what counts it, as in <c>History (loss, distributed):</c> over <c>round 1: 2.3</c>, <c>round 2: 1.9</c>.
/// </summary>
/// <param name="roles">What words mean.</param>
internal sealed partial class HeadedValues(TextRoles roles)
{
    private const int LongestHeading = 60;

    private string _name = string.Empty;
    private string _nameAbove = string.Empty;

    /// <summary>Takes a line without numbers: one that ends as headings do may name what is measured below it, any other ends it.</summary>
    public void ReadHeading(string line)
    {
        string text = line.Trim(' ', '\t', '*', '=', '-', '#');
        if (text.Length > 0)
        {
            string name = text.TrimEnd(':', '=', ' ');
            _nameAbove = name.Length < LongestHeading && roles.Of(name).Kind == RoleKind.Metric ? name : string.Empty;
            _name = text.Length < LongestHeading && text[^1] == ':' && roles.Of(text[..^1]).Kind == RoleKind.Metric ? text[..^1] : string.Empty;
        }
    }

    /// <summary>Puts the name of the line above before a list that stands alone, as shells print it: <c>history.history['loss']</c> over <c>[2.3, 1.9, 1.6]</c>, <c>> history$loss</c> over <c>[1] 2.3 1.9 1.6</c>.</summary>
    public string NameList(string line)
    {
        if (_nameAbove.Length == 0 || List().Match(line) is not { Success: true } list)
        {
            return line;
        }

        string values = list.Groups["values"].Value.Trim();
        return $"{_nameAbove}: [{(values.Contains(',') ? values : string.Join(", ", values.Split(' ', StringSplitOptions.RemoveEmptyEntries)))}]";
    }

    [GeneratedRegex(@"^\s*(?:\[1\]\s+(?<values>-?[\d.e+-]+(?:\s+-?[\d.e+-]+)+)|\[\s*(?<values>-?[\d.e+-]+(?:[\s,]+-?[\d.e+-]+)+)\s*\])\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex List();

    /// <summary>Names the value of a line that holds nothing else, or only counts it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">The numbers of the line; changed in place.</param>
    /// <returns>Whether the value is named by the line above: several such are one row.</returns>
    public bool Name(string line, List<LabelledNumber> numbers)
    {
        string above = _nameAbove;
        _nameAbove = string.Empty;
        if (above.Length > 0 && numbers is [{ Aside: NumberAside.None, Total: 0 } only, ..] && IsAlone(line, only) && numbers.Skip(1).All(number => roles.Of(number.Label).Kind == RoleKind.None))
        {
            numbers[0] = only with { Label = above, IsAssigned = true, IsBareCounter = false };
            return true;
        }

        if (_name.Length > 0 && numbers is [{ Aside: NumberAside.None, Total: 0 } counter, { Label.Length: 0, Aside: NumberAside.None, Total: 0 } value]
            && counter.Value == Math.Floor(counter.Value) && (counter.IsBareCounter || roles.Of(counter.Label).Kind is RoleKind.Step or RoleKind.Epoch || ColumnName.Words(counter.Label) is ["round" or "generation" or "fold" or "cycle"]))
        {
            numbers[0] = roles.Of(counter.Label).Kind is RoleKind.Step or RoleKind.Epoch ? counter : counter with { Label = "step", IsAssigned = true, IsBareCounter = false };
            numbers[1] = value with { Label = _name, IsAssigned = true };
        }

        return false;
    }

    /// <summary>Tells whether a number is all that a line says, but for the type that a language writes around it: <c>2.31</c>, <c>tensor(2.31, device='cuda:0')</c>.</summary>
    private static bool IsAlone(string line, LabelledNumber number)
    {
        var before = line.AsSpan(0, number.Start).Trim(" \t([");
        return number.Label.Length == 0 ? before.IsEmpty && (line.AsSpan(number.End).Trim(" \t)]%").IsEmpty || line.AsSpan(number.End).StartsWith(", ")) : TextRoles.IsTypeOfNumber(number.Label) && before.SequenceEqual(number.Label);
    }
}
