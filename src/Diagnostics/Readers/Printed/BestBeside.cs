using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Lines that tell a number of an evaluation by its phase alone, beside what was best of it so far: <c>10: test: 0.81 best: 0.81 (10)</c>, as CatBoost prints a metric that it does not compute on what it learns from. What was best tells
/// whether it is to rise.
/// </summary>
internal sealed partial class BestBeside
{
    private readonly string _measured;

    private BestBeside(string measured) => _measured = measured;

    /// <summary>Looks for such lines in the beginning of a log; null where there are none, or where nothing was better than the first.</summary>
    public static BestBeside? Find(ReadOnlySpan<byte> head)
    {
        double best = double.NaN;
        int better = 0;
        while (!head.IsEmpty)
        {
            var bytes = LineBlock.NextLine(ref head);
            if (bytes.Length is > 10 and < 300 && bytes.IndexOf("best"u8) > 0 && Line().Match(Encoding.UTF8.GetString(bytes)) is { Success: true } match
                && double.TryParse(match.Groups["best"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double told))
            {
                better += told > best ? 1 : told < best ? -1 : 0;
                best = told;
            }
        }

        return better == 0 ? null : new BestBeside(better > 0 ? "score" : "loss");
    }

    /// <summary>Names the number of an evaluation, where it has no name but its phase.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">Its numbers; changed in place.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public void Name(string line, List<LabelledNumber> numbers, LogFacts facts)
    {
        int evaluated = Line().Match(line) is { Success: true } match ? numbers.FindIndex(number => number.Label == match.Groups["phase"].Value && number.Aside == NumberAside.None) : -1;
        if (evaluated >= 0)
        {
            string name = $"{numbers[evaluated].Label} {_measured}";
            facts.Doubt(name, _measured == "score" ? "a score of an evaluation, as what was best of it rose" : "a loss of an evaluation, as what was best of it fell");
            numbers[evaluated] = numbers[evaluated] with { Label = name, IsAssigned = true };
        }
    }

    [GeneratedRegex(@"^\W*\d+\W+(?<phase>test|val|valid|validation|eval|dev)\s*[:=]\s*[-+.\deE]+\s+best\s*[:=]\s*(?<best>[-+.\deE]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
