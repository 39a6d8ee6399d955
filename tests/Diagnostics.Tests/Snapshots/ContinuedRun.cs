using TrainingDoctor.Differences;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Tests.Snapshots;

/// <summary>A diagnosis that is written and read again on its way, beside one that nobody interrupts: what both say has to be the same to the byte.</summary>
internal sealed class ContinuedRun
{
    private readonly ScopeTable _scopes = new();
    private readonly SupervisedDiagnosis _diagnosis;
    private readonly RunTrace _trace;

    private ContinuedRun(RuleSet rules)
    {
        _trace = new RunTrace(_scopes);
        _diagnosis = new SupervisedDiagnosis(rules, _scopes, accompany: _trace, isLive: true);
    }

    /// <summary>Holds a run to the law, with a few cuts: at the first events, where findings open, and here and there.</summary>
    /// <param name="events">The run.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="spread">How many cuts lie here and there.</param>
    public static void Holds(RunEvents events, RuleSet rules, int spread = 5)
    {
        var cuts = events.Openings(rules);
        cuts.UnionWith([0, 1, 2, 7, events.Count]);
        cuts.UnionWith(Enumerable.Range(1, spread).Select(i => (int)((long)events.Count * i / (spread + 1))));
        Holds(events, rules, cuts);
    }

    /// <summary>Holds a run to the law.</summary>
    /// <param name="events">The run.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="cuts">The numbers of events behind which the run is cut.</param>
    public static void Holds(RunEvents events, RuleSet rules, IReadOnlySet<int> cuts)
    {
        var whole = new ContinuedRun(rules);
        var carried = new ContinuedRun(rules);
        for (int index = 0; index <= events.Count; index++)
        {
            if (cuts.Contains(index))
            {
                carried = Carry(carried, rules);
                Assert.Equal(whole._diagnosis.Snapshot().ToJson(), carried._diagnosis.Snapshot().ToJson());
            }

            if (index < events.Count)
            {
                events.Tell(index, whole._diagnosis, whole._scopes);
                events.Tell(index, carried._diagnosis, carried._scopes);
            }
        }

        whole._diagnosis.Complete();
        carried._diagnosis.Complete();
        Assert.Equal(whole._diagnosis.Finish().ToJson(), carried._diagnosis.Finish().ToJson());
    }

    private static ContinuedRun Carry(ContinuedRun state, RuleSet rules)
    {
        byte[] snapshot = EngineSnapshot.Write(state, rules);
        var read = EngineSnapshot.Read<ContinuedRun>(snapshot, rules, out string? refusal);
        Assert.Null(refusal);

        // Whatever is reached is the same again: no field is forgotten.
        Assert.Equal(snapshot, EngineSnapshot.Write(read!, rules));
        return read!;
    }
}
