using System.Text;
using TrainingDoctor.Telemetry.Push;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>A training process as its hosts see it: a run that is pushed by the client that monitors push with, a step every so often.</summary>
internal sealed class FleetSender : IDisposable
{
    private readonly TelemetryPush _push;
    private readonly string _name;

    /// <summary>Prepares a run.</summary>
    /// <param name="address">The host.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="steps">Its length.</param>
    /// <param name="illFrom">The step from which on its loss is no number.</param>
    public FleetSender(string address, string name, int steps, int illFrom)
    {
        _name = name;
        Lines = TelemetryLines.Of(name, steps, illFrom, layers: 8);
        _push = new TelemetryPush(PushAddress.Parse(address), new PushSettings { Interval = TimeSpan.FromSeconds(0.1), LongestPause = TimeSpan.FromSeconds(1), Drain = TimeSpan.FromSeconds(30) });
    }

    /// <summary>Gets what hosts call the run.</summary>
    public string Id => _push.RunId;

    /// <summary>Gets all lines of the run.</summary>
    public string[] Lines { get; }

    /// <summary>Gets how many lines were acknowledged.</summary>
    public long Acknowledged => _push.Delivered;

    /// <summary>Trains.</summary>
    /// <param name="time">How long it takes.</param>
    public async Task TrainAsync(TimeSpan time)
    {
        _push.Describe(new RunDescription { Name = _name }, Bytes(Lines[0]));
        foreach (string line in Lines[1..^1])
        {
            _push.Write(Bytes(line));
            await Task.Delay(time / (Lines.Length - 2));
        }

        _push.Write(Bytes(Lines[^1]));
        await Task.Run(_push.Complete);
    }

    public void Dispose() => _push.Dispose();

    private static byte[] Bytes(string line) => Encoding.UTF8.GetBytes(line + "\n");
}
