using TrainingDoctor.Treatments;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>A trial stands still where it is asked to, and nowhere for ever.</summary>
public sealed class StandStillTests : IDisposable
{
    private readonly TrialFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATrialStandsStillWhereItIsAskedTo()
    {
        string path = Path.Combine(_folder.Folder, "plan.json.pace");
        File.WriteAllText(path, "3");
        var standing = new StandStill(path);
        standing.After(2);
        var waiting = Task.Run(() => standing.After(3));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(300)));

        File.WriteAllText(path, "5");
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        standing.After(4);
        File.Delete(path);
        await Task.Run(() => standing.After(9)).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task WhoIsForgottenGoesOn()
    {
        string path = Path.Combine(_folder.Folder, "plan.json.pace");
        File.WriteAllText(path, "0");

        await Task.Run(() => new StandStill(path) { MostLooks = 3 }.After(0)).WaitAsync(TimeSpan.FromSeconds(20));
    }
}
