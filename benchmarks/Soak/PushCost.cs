using System.Diagnostics;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Benchmarks.Soak;

/// <summary>What a measurement costs the thread that trains when it is pushed, beside what it costs in a file, block after block in turn.</summary>
internal static class PushCost
{
    private const int Pairs = 201;
    private const int StepsPerBlock = 100;
    private const int Layers = 50;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    public static async Task<int> MeasureAsync()
    {
        using var host = HostProcess.Start("builtin");
        var address = PushAddress.Parse(await host.AddressAsync);
        string path = Path.Combine(Path.GetTempPath(), $"traindoctor-cost-{Environment.ProcessId}.jsonl");
        using var inFile = Side.Of(new TelemetryFile(path, 1 << 30));
        using var plain = Side.Of(new TelemetryPush(address, new PushSettings()));
        using var packed = Side.Of(new TelemetryPush(address, new PushSettings { CompressFrom = 4096 }));
        var (fileTimes, plainTimes, packedTimes) = (new List<double>(), new List<double>(), new List<double>());
        for (int pair = 0; pair < Pairs; pair++)
        {
            fileTimes.Add(inFile.Run());
            plainTimes.Add(plain.Run());
            packedTimes.Add(packed.Run());

            // A training does something between its steps, and the worker sends.
            await Task.Delay(Rest);
        }

        plain.Complete();
        packed.Complete();
        inFile.Complete();
        File.Delete(path);
        Console.WriteLine($"ns per measurement on the training thread, medians of {Pairs} blocks of {StepsPerBlock} steps x {Layers} layers:");
        Console.WriteLine($"  file {Median(fileTimes):F1}, push {Median(plainTimes):F1}, push with gzip {Median(packedTimes):F1}");
        Console.WriteLine($"  push over file {Median([.. plainTimes.Zip(fileTimes, (a, b) => a / b)]):F3}, with gzip {Median([.. packedTimes.Zip(fileTimes, (a, b) => a / b)]):F3}");
        for (int round = 0; round < 3; round++)
        {
            Send(address, packs: false);
            Send(address, packs: true);
        }

        return 0;
    }

    /// <summary>The processor time of this process for sending, the making of the lines included.</summary>
    private static void Send(PushAddress address, bool packs)
    {
        const int Blocks = 200;
        var push = new TelemetryPush(address, new PushSettings { CompressFrom = packs ? 4096 : null, Capacity = 512 << 20, Drain = TimeSpan.FromMinutes(1) });
        using var side = Side.Of(push);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        for (int block = 0; block < Blocks; block++)
        {
            side.Run();
        }

        side.Complete();
        double spent = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
        Console.WriteLine($"  {(packs ? "gzip" : "plain"),-5}: {push.Delivered} lines in {clock.ElapsedMilliseconds} ms, {spent:F0} ms of processor time for {Blocks * StepsPerBlock * Layers} measurements");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Side : IDisposable
    {
        private readonly ScopeTable _scopes = new();
        private readonly int[] _layers;
        private readonly TelemetryRecorder _recorder;
        private long _step;

        private Side(ITelemetryOutput output)
        {
            _layers = [.. Enumerable.Range(0, Layers).Select(layer => _scopes.Intern(ScopeKind.Layer, $"encoder.{layer}"))];
            _recorder = new TelemetryRecorder(output, _scopes);
            _recorder.Begin(new RunDescription());
        }

        public static Side Of(ITelemetryOutput output) => new(output);

        public void Complete() => _recorder.Complete();

        public void Dispose() => _recorder.Dispose();

        /// <summary>Records a block and returns the nanoseconds of a measurement.</summary>
        public double Run()
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < StepsPerBlock; i++, _step++)
            {
                for (int layer = 0; layer < Layers; layer++)
                {
                    _recorder.Observe(new Measurement(_step, Metric.OutputMean, _layers[layer], Math.Sin((_step * 0.1) + layer)));
                }
            }

            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / StepsPerBlock / Layers;
        }
    }
}
