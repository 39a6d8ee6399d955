using TrainingDoctor.Treatments;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>A trial stands still where it is asked to, and nowhere for ever.</summary>
public sealed class StandStillTests : IDisposable
{
    private readonly TrialFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ATrialStandsStillWhereItIsAskedTo()
    {
        string path = Path.Combine(_folder.Folder, "plan.json.pace");
        File.WriteAllText(path, "3");
        var standing = new StandStill(path);
        standing.After(2);
        Assert.False(Task.Run(() => standing.After(3)).Wait(TimeSpan.FromMilliseconds(300)));

        File.WriteAllText(path, "5");
        standing.After(4);
        File.Delete(path);
        Assert.True(Task.Run(() => standing.After(9)).Wait(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void WhoIsForgottenGoesOn()
    {
        string path = Path.Combine(_folder.Folder, "plan.json.pace");
        File.WriteAllText(path, "0");

        Assert.True(Task.Run(() => new StandStill(path) { MostLooks = 3 }.After(0)).Wait(TimeSpan.FromSeconds(20)));
    }
}
