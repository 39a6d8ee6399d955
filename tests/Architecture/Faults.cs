namespace TrainingDoctor.Tests;

/// <summary>What is wrong with the house.</summary>
internal static class Faults
{
    /// <summary>Fails with all that is wrong, each on a line of its own.</summary>
    /// <param name="faults">The faults.</param>
    public static void None(IEnumerable<string> faults)
    {
        var found = faults.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
