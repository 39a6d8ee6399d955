using CsCheck;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Tests.Snapshots;

/// <summary>Bytes that are no snapshot, though their checksum is right.</summary>
public sealed partial class EngineSnapshotTests
{
    [Fact]
    public void NonsenseWithARightChecksumHarmsNobody()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1, "two", new Node { Name = "n" }, new double[] { 1, 2 }, new Dictionary<string, int> { ["three"] = 3 }), Rules);

        Gen.Select(Gen.Int[0, snapshot.Length - 17], Gen.Byte).Sample(
            (at, value) =>
            {
                byte[] changed = [.. snapshot];
                changed[at] = value;
                Sign(changed);
                var read = EngineSnapshot.Read<Box>(changed, Rules, out string? refusal);
                return read is null == refusal is not null;
            },
            iter: 3000,
            threads: 1);
    }

    /// <summary>A number that stands for another object may stand for the one that is being made.</summary>
    [Fact]
    public void ObjectsThatNeedThemselvesAreRefused()
    {
        byte[] snapshot = EngineSnapshot.Write(new Box(1, "two", new Node { Name = "n" }, new double[] { 1, 2 }, new Dictionary<string, int> { ["three"] = 3 }), Rules);
        var refusals = new HashSet<string>();

        for (int at = 0; at < snapshot.Length - 16; at++)
        {
            for (byte number = 0; number < 12; number++)
            {
                byte[] changed = [.. snapshot];
                changed[at] = number;
                Sign(changed);
                _ = EngineSnapshot.Read<Box>(changed, Rules, out string? refusal);
                refusals.Add(refusal ?? string.Empty);
            }
        }

        Assert.Contains(refusals, refusal => refusal.Contains("needed to make itself", StringComparison.Ordinal));
    }
}
