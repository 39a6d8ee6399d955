namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>One host and an <see cref="Echo"/> that are pushed the same in turns: what of a request is the host's own work, and what is Kestrel, loopback and the sender.</summary>
internal static class BesideEcho
{
    private const int Turns = 6;

    /// <summary>Pushes to both in turns and prints both and their ratios.</summary>
    /// <param name="host">The host.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="layers">How many layers each has.</param>
    /// <param name="rate">Steps per run and second; 0 for as many as are taken.</param>
    /// <param name="time">How long each is pushed to.</param>
    public static async Task<int> MeasureAsync(FleetHost host, int count, int layers, int rate, TimeSpan time)
    {
        using var echo = await FleetHost.StartEchoAsync();
        using var ours = new PushedLoad([host], count, layers, rate);
        using var plain = new PushedLoad([echo], count, layers, rate);
        await ours.BeginAsync();
        await plain.BeginAsync();
        for (int turn = 0; turn < Turns; turn++)
        {
            await ours.MeasureAsync(time / Turns);
            await plain.MeasureAsync(time / Turns);
        }

        ours.Print("host");
        plain.Print("echo");
        Console.WriteLine(FormattableString.Invariant(
            $"host over echo       requests {ours.RequestsPerSecond / plain.RequestsPerSecond:F2}, processor per request {ours.ProcessorPerRequest / plain.ProcessorPerRequest:F2}, median answer {ours.Answer(0.5) / plain.Answer(0.5):F2}, 99 % {ours.Answer(0.99) / plain.Answer(0.99):F2}"));
        return 0;
    }
}
