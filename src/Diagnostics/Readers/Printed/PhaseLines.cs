using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines that hold nothing but a phase and a number, one line for each phase: <c># train: 0.52</c> over <c># valid: 0.61</c>. Losses are meant, or scores where they are percentages. The loss may stand for that of training: <c>- loss 0.52</c> over <c>- val 0.61</c>.</summary>
internal sealed partial class PhaseLines
{
    private const int Least = 2;

    private readonly LogFacts _facts;

    private PhaseLines(LogFacts facts) => _facts = facts;

    /// <summary>Looks for such lines of both phases in the beginning of a log; null where there are none.</summary>
    /// <param name="head">The beginning of a log.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static PhaseLines? Find(ReadOnlySpan<byte> head, LogFacts facts)
    {
        int trained = 0;
        int evaluated = 0;
        while (!head.IsEmpty)
        {
            var bytes = LineBlock.NextLine(ref head);
            if (bytes.Length is > 5 and < 80 && Line().Match(Encoding.UTF8.GetString(bytes)) is { Success: true } match)
            {
                var phase = PhaseOf(match);
                trained += phase == ColumnPhase.Train || RoleLexicon.IsLoss(match.Groups["phase"].Value.ToLowerInvariant()) ? 1 : 0;
                evaluated += phase is ColumnPhase.Validation or ColumnPhase.Test ? 1 : 0;
            }
        }

        return trained >= Least && evaluated >= Least ? new PhaseLines(facts) : null;
    }

    /// <summary>Names the number of such a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">Its numbers; changed in place.</param>
    public void Name(string line, List<LabelledNumber> numbers)
    {
        if (numbers is [{ Aside: NumberAside.None, Total: 0 } only] && Line().Match(line) is { Success: true } match && PhaseOf(match) != ColumnPhase.Unknown)
        {
            string name = match.Groups["phase"].Value + (only.IsPercent ? " accuracy" : " loss");
            _facts.Doubt(name, "what a line tells of a phase alone");
            _facts.NamedByPhase.TryAdd(name, true);
            numbers[0] = only with { Label = name, IsAssigned = true };
        }
    }

    private static ColumnPhase PhaseOf(Match match) => RoleLexicon.PhaseOf(match.Groups["phase"].Value.ToLowerInvariant());

    [GeneratedRegex(@"^[^\p{L}\d]*(?<phase>\p{L}{2,12})(?:[^\p{L}\d]*[:=|][^\p{L}\d]*| +)-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*%?[^\p{L}\d]*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
