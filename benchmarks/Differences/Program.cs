using System.Globalization;
using TrainingDoctor.Benchmarks.Differences;
using TrainingDoctor.Corpus;
using TrainingDoctor.Differences;

if (args is not [var folder, .. var rest])
{
    Console.Error.WriteLine("""
        TrainingDoctor.Benchmarks.Differences DIR [--details]
          DIR         telemetry of the corpus with two seeds or more: benchmarks/Accuracy -- --seeds 2 --record DIR
          --details   print every pair that was judged wrong
          --spread    print how far two seeds of a sound program are apart, by metric
          --log       compare by what a printed log holds alone: losses, scores, rate, gradient norm
          --seeds A B the two seeds (1 2)
          --normal N  learnt normality instead, of N recorded seeds: each held out, learnt from the others;
                      with --ill instead: of ill programs, learnt from their repairs
        """);
    return 2;
}

bool details = rest.Contains("--details");
var recordings = new Recordings(folder, rest.Contains("--log"));
int[] seeds = Array.IndexOf(rest, "--seeds") is >= 0 and var at ? [.. rest[(at + 1)..(at + 3)].Select(seed => int.Parse(seed, CultureInfo.InvariantCulture))] : [1, 2];
if (Array.IndexOf(rest, "--normal") is >= 0 and var normal)
{
    new NormalStudy(recordings, [.. Enumerable.Range(1, int.Parse(rest[normal + 1], CultureInfo.InvariantCulture))], Say).Run(Console.Out, isOfIll: rest.Contains("--ill"));
    return 0;
}

int parted = 0, pairs = 0;
var spread = rest.Contains("--spread") ? new SpreadTable() : null;
foreach (var program in TrainingCorpus.All.Where(program => !program.Truth.IsIll))
{
    if (recordings.Read(program, seeds[0]) is not { } first || recordings.Read(program, seeds[1]) is not { } second)
    {
        continue;
    }

    pairs++;
    spread?.Add(first, second);
    var comparison = RunComparison.Between([first], second);
    if (!comparison.IsSame)
    {
        parted++;
        Say($"seeds part: {program.Name}: {Describe(comparison)}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"two seeds of a sound program part: {parted} of {pairs} ({100.0 * parted / Math.Max(1, pairs):0.0} %)"));
foreach (bool isSameSeed in new[] { true, false })
{
    int right = 0, silent = 0, all = 0;
    foreach (var twins in TwinPairs.All())
    {
        if (recordings.Read(twins.Sound, seeds[isSameSeed ? 0 : 1]) is not { } good || recordings.Read(twins.Ill, seeds[0]) is not { } bad)
        {
            continue;
        }

        all++;
        var comparison = RunComparison.Between([good], bad);
        var stages = TwinPairs.StagesOf(twins);
        if (comparison.Place is { } place && stages.Contains(place))
        {
            right++;
        }
        else
        {
            silent += comparison.IsSame ? 1 : 0;
            Say($"{(isSameSeed ? "same seed" : "other seed")}: {twins.Ill.Name}: expected {string.Join('/', stages)}, {Describe(comparison)}");
        }
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ill against repaired, {(isSameSeed ? "same seed" : "another seed")}: right place {right} of {all} ({100.0 * right / Math.Max(1, all):0.0} %), said the same {silent}"));
}

spread?.Write(Console.Out);
return 0;

void Say(string line)
{
    if (details)
    {
        Console.WriteLine(line);
    }
}

static string Describe(RunComparison comparison) => comparison.IsSame
    ? $"the same of {comparison.SeriesCompared} series, set: {string.Join("; ", comparison.Settings.Take(3).Select(setting => setting.Name))}"
    : string.Create(
        CultureInfo.InvariantCulture,
        $"parts in {comparison.Place} ({comparison.Departures.Count} of {comparison.SeriesCompared}, identical until {comparison.IdenticalUntil}, set {comparison.Setting?.Name}): {string.Join("; ", comparison.Departures.Take(4).Select(departure => $"{departure.Stage} {departure.Metric} {departure.Scope} @{departure.Step} {departure.Good:G3} vs {departure.Bad:G3} q={departure.FalseDiscoveryRate:G2}"))}");
