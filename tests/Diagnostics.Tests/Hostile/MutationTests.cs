using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>
/// Changed logs of every format through every kind of report: read or refused in one line, never a fault. <c>benchmarks/Hostile</c> does
/// the same for as long as one likes.
/// </summary>
public sealed class MutationTests
{
    private const int Seed = 20261128;
    private const int Trials = 70;

    public static TheoryData<string> Names => [.. SmallLogs.All.Select(log => log.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AChangedLogIsReadOrRefused(string name)
    {
        byte[] log = SmallLogs.All.Single(item => item.Name == name).Bytes;
        var random = new Random(Seed);
        var all = Enum.GetValues<ReportFormat>();
        for (int trial = 0; trial < Trials; trial++)
        {
            byte[] changed = Mutations.Of(log, random);

            var outcome = HostileTrial.Try(name, changed, trial % 4 == 0 ? all : [ReportFormat.Console]);

            Assert.True(outcome.Fault is null, $"{name}, trial {trial}: {outcome.Fault}");
            Assert.True(outcome.Allocated < 500L << 20, $"{name}, trial {trial}: {outcome.Allocated >> 20} MiB");
        }
    }
}
