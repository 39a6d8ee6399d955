using TrainingDoctor.Benchmarks.Engine;

namespace TrainingDoctor.Tests.Laws;

/// <summary>A monitor lives inside a training loop: what it watches must cost no garbage, however long the run.</summary>
public sealed class AllocationTests
{
    private const int WarmUp = 1000;
    private const int Measured = 500;
    private const int Windows = 3;

    [Fact]
    public void SteadyObservationAllocatesNothingWithAllRules()
    {
        var scopes = new ScopeTable();
        var run = new SyntheticRun(6, scopes);
        var engine = new RuleEngine(RuleSet.Default, scopes);
        engine.Begin(run.Description);
        var block = new Measurement[run.MeasurementsPerStep];
        Observe(engine, run, block, 0, WarmUp);

        // A collection that another test causes takes this thread's room to allocate in with it, and that counts as allocated: what a monitor itself leaves behind shows every time.
        long allocated = Enumerable.Range(0, Windows).Min(window => Observe(engine, run, block, WarmUp + (window * Measured), Measured));

        // A symptom that opens is news, and may cost its few words once.
        Assert.InRange(allocated, 0, Measured - 1);
        Assert.True(run.MeasurementsPerStep > MetricCatalog.All.Count);
    }

    private static long Observe(RuleEngine engine, SyntheticRun run, Measurement[] block, long first, int steps)
    {
        long allocated = 0;
        for (long step = first; step < first + steps; step++)
        {
            run.Fill(step, block);
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var measurement in block)
            {
                engine.Observe(measurement);
            }

            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
