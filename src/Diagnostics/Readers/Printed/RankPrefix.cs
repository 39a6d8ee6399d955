using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// What launchers put before each line to tell the processes of one run apart: <c>[rank1]: </c>, <c>[default0]:</c>, and the bare <c>1: </c> of Slurm, which only the lines around it tell from a step.
/// </summary>
internal sealed partial class RankPrefix
{
    private const int LinesTried = 400;

    private const int MostRanks = 1024;

    private readonly bool _takesBare;

    private RankPrefix(bool takesBare) => _takesBare = takesBare;

    /// <summary>Finds what tells processes apart in the beginning of a log; null where nothing does.</summary>
    public static RankPrefix? Find(ReadOnlySpan<byte> head)
    {
        var named = new HashSet<int>();
        var bare = new Dictionary<int, int>();
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        int lines = 0;
        int bareLines = 0;
        int repeats = 0;
        for (int tries = 0; tries < LinesTried && !head.IsEmpty; tries++)
        {
            var bytes = LineBlock.NextLine(ref head);
            string line = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 400)]);
            if (line.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            lines++;
            if (Named().Match(line) is { Success: true } name)
            {
                named.Add(NumberOf(name));
            }
            else if (Bare().Match(line) is { Success: true } number)
            {
                bareLines++;
                int rank = NumberOf(number);
                bare[rank] = bare.GetValueOrDefault(rank) + 1;

                // Two processes at one place: what counts there is the line itself, not what stands before it.
                string place = Place().Match(line[number.Length..]).Value;
                repeats += place.Length > 0 && texts.TryGetValue(place, out int other) && other != rank ? 1 : 0;
                if (place.Length > 0)
                {
                    texts[place] = rank;
                }
            }
        }

        bool isBare = bare.Count > 1 && bare.Count <= MostRanks && bare.Keys.Max() < 2 * bare.Count && 10 * bareLines >= 9 * lines && 4 * repeats >= bareLines;
        return named.Count > 1 || isBare ? new RankPrefix(isBare) : null;
    }

    /// <summary>Takes the rank off a line.</summary>
    /// <param name="line">The line; what stands behind the rank after the call.</param>
    /// <returns>The rank; null where the line tells none.</returns>
    public int? Take(ref string line)
    {
        var match = Named().Match(line);
        match = !match.Success && _takesBare ? Bare().Match(line) : match;
        if (!match.Success)
        {
            return null;
        }

        line = line[match.Length..];
        return NumberOf(match);
    }

    private static int NumberOf(Match match) => int.Parse(match.Groups["rank"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?:[\[(](?:default|(?:local|global)?[ _]?rank|worker|gpu|node|process)[ _:=-]?(?<rank>\d{1,5})[\])]:?|\[\d{1,5},(?:mpirank:)?(?<rank>\d{1,5})(?:,[^\]]{1,40})?\]<std(?:out|err)>:?|(?:(?:local|global)[ _])?(?:rank|worker|gpu|process)[ _:=-]?(?<rank>\d{1,5})(?:\]|\)|:| *\|| +-| +>))\s?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\s*(?:\[(?<rank>\d{1,5})\]|(?<rank>\d{1,5}):)\s", RegexOptions.ExplicitCapture)]
    private static partial Regex Bare();

    [GeneratedRegex(@"(?:epochs?|steps?|iters?|iterations?|updates?)\b[^0-9A-Za-z]{0,4}\d+(?:[^A-Za-z]{0,12}(?:steps?|iters?|batch)[^0-9A-Za-z]{0,4}\d+)?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
