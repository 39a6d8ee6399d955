using System.Diagnostics;
using TrainingDoctor.Probes;
using TrainingDoctor.Probes.Devices;

namespace TrainingDoctor.Tests.Probes.Devices;

/// <summary>What a device tells, by a library that answers as NVIDIA's does: no machine of the gate has a device.</summary>
public sealed class NvidiaDeviceTests : IDisposable
{
    private const double Gibibyte = 1L << 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("training-doctor-nvml-").FullName;

    [GccFact]
    public void MemoryInUseAndTheShareOfBusyTimeAreThoseOfTheDevice()
    {
        var library = Stub();

        var second = NvidiaDevice.Find(library, 1, visible: null, order: null)!;

        Assert.Equal(3u, library.Count);
        Assert.Equal(16 * Gibibyte, second.MemoryInUse);
        Assert.Equal(0.42, second.Utilization);
    }

    [GccFact]
    public void WhatADeviceDoesNotTellIsUnknown() => Assert.Null(NvidiaDevice.Find(Stub(), 2, visible: null, order: null)!.Utilization);

    /// <summary>CUDA numbers the devices that a process sees, the driver all of them.</summary>
    [GccFact]
    public void TheDevicesThatAProcessSeesAreNumberedFromZero()
    {
        var library = Stub();

        Assert.Equal(24, Of("2,0", 0));
        Assert.Equal(8, Of("2,0", 1));
        Assert.Equal(16, Of("GPU-22222222-bbbb", 0));
        Assert.Equal(8, Of("GPU-1111", 0));
        Assert.Null(Of("GPU-22", 0));
        Assert.Null(Of("2,0", 2));
        Assert.Null(Of("7", 0));

        double? Of(string visible, int index) => NvidiaDevice.Find(library, index, visible, order: null)?.MemoryInUse / Gibibyte;
    }

    /// <summary>CUDA puts the fastest first: where devices differ, a number alone does not say which is meant.</summary>
    [GccFact]
    public void OfDifferentDevicesOnlyAKnownOrderTellsWhichIsMeant()
    {
        var library = Stub(names: "\"A100\", \"T4\", \"T4\"");

        Assert.Null(NvidiaDevice.Find(library, 0, visible: null, order: null));
        Assert.NotNull(NvidiaDevice.Find(library, 0, visible: null, order: "PCI_BUS_ID"));
        Assert.NotNull(NvidiaDevice.Find(library, 0, visible: "GPU-22222222-bbbb", order: null));
    }

    [GccFact]
    public void ADriverThatDoesNotAnswerIsNone() => Assert.Null(NvidiaLibrary.Load([Build(init: 9)]));

    [Fact]
    public void AMachineWithoutADriverHasNone() => Assert.Null(NvidiaLibrary.Load(["libtraining-doctor-nobody.so.1"]));

    [GccFact]
    public void TheMonitorTellsWhatTheDeviceTells()
    {
        var library = Stub();
        var told = new Dictionary<Metric, double>();
        int asked = 0;
        var clock = new StepClock();
        var meter = new ResourceMeter((metric, value) => told[metric] = value, clock, () => TimeSpan.Zero, () =>
        {
            asked++;
            return NvidiaDevice.Find(library, 0, null, null);
        });
        for (int step = 0; step < 40; step++)
        {
            meter.StepEnded();
            meter.Resume();
            Assert.Equal(clock.Seconds < 1 ? 0 : 1, asked);
            clock.Seconds += 0.25;
        }

        Assert.Equal(8 * Gibibyte, told[Metric.DeviceMemory]);
        Assert.Equal(0.41, told[Metric.DeviceUtilization]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private NvidiaLibrary Stub(string names = "\"T4\", \"T4\", \"T4\"") => NvidiaLibrary.Load([Build(names)])!;

    private string Build(string names = "\"T4\", \"T4\", \"T4\"", int init = 0)
    {
        string library = Path.Combine(_folder, $"libstub-{Guid.NewGuid():N}.so");
        string source = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Probes", "Devices", "nvml-stub.c");
        using var gcc = Process.Start(GccFactAttribute.Gcc!, ["-shared", "-fPIC", "-O1", $"-DNAMES={names}", FormattableString.Invariant($"-DINIT={init}"), "-o", library, source]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return library;
    }

    private sealed class StepClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimestampFrequency);
    }
}
