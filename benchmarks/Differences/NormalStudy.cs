using System.Globalization;
using TrainingDoctor.Corpus;
using TrainingDoctor.Differences;
using TrainingDoctor.Normality;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Benchmarks.Differences;

/// <summary>How often learnt normality warns of a good run that it was not learnt from, and how many ill programs it catches, through the engine as a user runs it.</summary>
/// <param name="recordings">The recordings.</param>
/// <param name="seeds">The seeds that were recorded.</param>
/// <param name="say">Takes a line for each run that was judged wrong.</param>
internal sealed class NormalStudy(Recordings recordings, IReadOnlyList<int> seeds, Action<string> say)
{
    /// <summary>Judges the study and writes its figures.</summary>
    public void Run(TextWriter output, bool isOfIll)
    {
        for (int good = 1; good < seeds.Count && !isOfIll; good++)
        {
            var (warned, hinted, judged) = HoldOut(good);
            output.WriteLine(Line($"learnt from {good} good run(s): warned of {warned} of {judged} held-out good runs ({100.0 * warned / Math.Max(1, judged):0.0} %), hints {hinted}"));
        }

        for (int good = 1; good < seeds.Count && isOfIll; good++)
        {
            var (caught, silent, all) = Ill(good);
            if (all > 0)
            {
                output.WriteLine(Line($"ill programs, learnt from {good} run(s) of their repair: caught {caught} of {all} ({100.0 * caught / all:0.0} %), not to be judged {silent}"));
            }
        }
    }

    private (int Warned, int Hinted, int Judged) HoldOut(int good)
    {
        int warned = 0, hinted = 0, judged = 0;
        foreach (var program in TrainingCorpus.All.Where(program => !program.Truth.IsIll))
        {
            // Each seed is held out once; the good runs are the next ones round the circle.
            for (int held = 0; held < seeds.Count; held++)
            {
                if (Learn(program, [.. Enumerable.Range(1, good).Select(offset => seeds[(held + offset) % seeds.Count])]) is not { } profile
                    || Judge(program, seeds[held], profile) is not { } status)
                {
                    continue;
                }

                judged += status.Outcome == RuleOutcome.NotEvaluated ? 0 : 1;
                warned += status.Severity == Severity.Warning ? 1 : 0;
                hinted += status.Severity == Severity.Info ? 1 : 0;
                if (status.Severity == Severity.Warning)
                {
                    say($"good run warned of: {program.Name} seed {seeds[held]} by {good}: {status.Message}");
                }
            }
        }

        return (warned, hinted, judged);
    }

    private (int Caught, int Silent, int All) Ill(int good)
    {
        int caught = 0, silent = 0, all = 0;
        foreach (var twins in TwinPairs.All())
        {
            if (Learn(twins.Sound, [.. seeds.Skip(1).Take(good)]) is not { } profile || Judge(twins.Ill, seeds[0], profile) is not { } status)
            {
                continue;
            }

            all++;
            caught += status.Severity == Severity.Warning ? 1 : 0;
            silent += status.Outcome == RuleOutcome.NotEvaluated ? 1 : 0;
            if (status.Severity != Severity.Warning)
            {
                say($"ill program not caught: {twins.Ill.Name} by {good}: {status.Outcome} {status.Message}");
            }
        }

        return (caught, silent, all);
    }

    private NormalProfile? Learn(CorpusProgram program, int[] from)
    {
        var traces = from.Select(seed => recordings.Read(program, seed)).OfType<RunTrace>().ToList();
        return traces.Count == from.Length ? NormalProfile.Parse(NormalProfile.Learn(traces).ToJson()) : null;
    }

    private (RuleOutcome Outcome, Severity? Severity, string Message)? Judge(CorpusProgram program, int seed, NormalProfile profile)
    {
        RuleEngine? engine = null;
        var rules = RuleSet.Of([RuleCatalog.Find("TD8521")!.CreateDefault()]).WithNormal(profile);
        if (!recordings.Read(program, seed, scopes => engine = new RuleEngine(rules, scopes)) || engine is null)
        {
            return null;
        }

        var diagnosis = engine.Diagnose();
        var finding = diagnosis.Findings.FirstOrDefault(finding => finding.Rule.Id == "TD8521");
        var status = diagnosis.Rules.Single(status => status.Rule.Id == "TD8521");
        return (status.Outcome, finding?.Severity, finding?.Message.ToString() ?? status.Reason?.ToString() ?? string.Empty);
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
