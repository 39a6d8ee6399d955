using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>Darknet's lines, whose words stand behind their numbers: <c>100: 2.31, 2.45 avg loss, 0.001 rate, 3.2 seconds, 6400 images</c>.</summary>
internal static partial class DarknetLine
{
    /// <summary>Turns the step, the mean loss and the learning rate of such a line round; other lines stay as they are.</summary>
    public static string TurnRound(string line) => line.Contains(" rate, ") ? Iteration().Replace(line, "step $1 loss $2 lr $3 ") : line;

    [GeneratedRegex(@"^\s*(\d+): \S+, (\S+) avg(?: loss)?, (\S+) rate, .*")]
    private static partial Regex Iteration();
}
