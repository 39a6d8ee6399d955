using System.Diagnostics;
using System.Net.ServerSentEvents;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Trials;

namespace TrainingDoctor.Tests.Commands;

/// <summary>The trials of a cure on the live page, while they run.</summary>
[Trait("Speed", "Slow")]
public sealed class TrialPageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly CureProcess _cure = new();

    public void Dispose() => _cure.Dispose();

    [ScriptFact]
    public async Task EveryTrialIsShownWithWhatIsTriedAndHowItStands()
    {
        using var process = _cure.Start("--yes", "--no-confirm", "--serve", "http://127.0.0.1:0", "--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.2");
        string listening = await FirstLineAsync(process, "traindoctor: listening at ");
        using var client = new HttpClient { BaseAddress = new Uri(listening["traindoctor: listening at ".Length..]) };
        var seen = new Dictionary<string, JToken>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var item in SseParser.Create(await client.GetStreamAsync(new Uri("/api/v1/events", UriKind.Relative), patience.Token)).EnumerateAsync(patience.Token))
            {
                foreach (var run in item.Data.Length == 0 ? [] : JToken.Parse(item.Data).SelectTokens("runs[*]"))
                {
                    seen[(string)run["name"]!] = run;
                }
            }
        }
        catch (IOException)
        {
            // The page ends with the cure.
        }

        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("t00: as it is (runs)", seen.Keys);
        Assert.Contains("t00: as it is (over)", seen.Keys);
        var trial = Assert.Single(seen, run => run.Key.StartsWith("t01: Set the learning rate to 0.05", StringComparison.Ordinal) && run.Key.EndsWith("(runs)", StringComparison.Ordinal)).Value;
        Assert.True((long)trial["step"]! > 0, trial.ToString());
        Assert.False((bool)trial["ended"]!);
        Assert.True((bool)seen["t00: as it is (over)"]["ended"]!);
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task AnAddressThatCannotBeListenedAtIsSaidBeforeAnythingRuns()
    {
        var (code, _, error) = await _cure.RunAsync("--serve", "http://example.org:1", "--", "python3", _cure.Put("recorded.py"));

        Assert.Equal(2, code);
        Assert.Contains("names no address of this machine", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_cure.Trials, "t00")));
    }

    private static async Task<string> FirstLineAsync(Process process, string beginning)
    {
        while (await process.StandardError.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                // What comes later must not fill the pipe.
                _ = process.StandardError.ReadToEndAsync();
                _ = process.StandardOutput.ReadToEndAsync();
                return line;
            }
        }

        throw new InvalidOperationException("The page was not served.");
    }
}
